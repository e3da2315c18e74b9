/** What function processes stand on, and what is gone without a trace afterwards. */

import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stop, transformSync } from 'esbuild';
import type { Addresses } from '../account.ts';
import { announce, RUN_PREFIX } from '../running.ts';
import { Reaper } from './reaper.ts';
import { RuntimeApi } from './runtime-api.ts';

export class Workspace {
  /** Folder of the functions' logs. */
  readonly logs: string;
  /** Folder for temporary files, the laptop's own. */
  readonly tmp: string;
  /** The runtime client as plain JavaScript. */
  readonly bootstrap: string;
  readonly reaper: Reaper;
  readonly runtimeApi: RuntimeApi;

  private constructor(home: string, runtimeApi: RuntimeApi) {
    this.logs = join(home, 'logs');
    this.tmp = mkdtempSync(join(home, RUN_PREFIX));
    this.reaper = new Reaper(this.tmp);
    this.bootstrap = bootstrapIn(this.tmp);
    this.runtimeApi = runtimeApi;
  }

  static async create(home: string): Promise<Workspace> {
    mkdirSync(home, { recursive: true });
    return new Workspace(home, await RuntimeApi.start());
  }

  announce(addresses: Addresses): void {
    announce(this.tmp, { ...addresses, pid: process.pid });
  }

  /** Ends what is still running, and removes the temporary files. */
  async clear(): Promise<void> {
    this.runtimeApi.stop();
    await this.reaper.finish();
  }
}

/** The runtime client without its types: Node would strip them again at every cold start, for 45 ms. */
function bootstrapIn(folder: string): string {
  const source = readFileSync(join(import.meta.dirname, 'bootstrap.ts'), 'utf8');
  const file = join(folder, 'bootstrap.mjs');
  writeFileSync(file, transformSync(source, { loader: 'ts', target: 'node24' }).code);
  // esbuild would keep a process of its own for the next call.
  stop();
  return file;
}
