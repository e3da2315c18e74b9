/** The files and helpers of one run of the emulator, removed at its end: temporary folder, Runtime API, reaper. */

import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stop, transformSync } from 'esbuild';
import type { Addresses } from '../account.ts';
import { announce, RUN_PREFIX } from '../running.ts';
import { Reaper } from './reaper.ts';
import { RuntimeApi } from './runtime-api.ts';

export class Workspace {
  /** Folder of the functions' logs, which stays. */
  readonly logs: string;
  /** Folder for the temporary files of this run. */
  readonly tmp: string;
  /** File with the runtime client as plain JavaScript. */
  readonly bootstrap: string;
  /** Of this run, for deployments. */
  readonly token = randomBytes(32).toString('hex');
  readonly reaper: Reaper;
  readonly runtimeApi: RuntimeApi;

  private constructor(home: string, runtimeApi: RuntimeApi) {
    this.logs = join(home, 'logs');
    this.tmp = mkdtempSync(join(home, RUN_PREFIX));
    this.reaper = new Reaper(this.tmp);
    this.bootstrap = bootstrapIn(this.tmp);
    this.runtimeApi = runtimeApi;
  }

  /** Creates the folder of this run in `home` and starts the Runtime API. */
  static async create(home: string): Promise<Workspace> {
    mkdirSync(home, { recursive: true });
    return new Workspace(home, await RuntimeApi.start());
  }

  /** Publishes the addresses, so that other commands find this emulator. */
  announce(addresses: Addresses): void {
    announce(this.tmp, { ...addresses, pid: process.pid, token: this.token });
  }

  /** Ends the processes that still run, and removes the temporary files. */
  async clear(): Promise<void> {
    this.runtimeApi.stop();
    await this.reaper.finish();
  }
}

/** Because Node would strip the types again at every cold start (45 ms), strip them once. */
function bootstrapIn(folder: string): string {
  const source = readFileSync(join(import.meta.dirname, 'bootstrap.ts'), 'utf8');
  const file = join(folder, 'bootstrap.mjs');
  writeFileSync(file, transformSync(source, { loader: 'ts', target: 'node24' }).code);
  // Without this, esbuild keeps its process for the next call.
  stop();
  return file;
}
