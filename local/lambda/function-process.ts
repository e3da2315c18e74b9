/** The operating system's side of a function's process: its group, its folder, its lines, its memory, its end. */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Addresses } from '../account.ts';
import type { Clock } from '../clock.ts';
import { environmentOf } from './environment.ts';
import type { FunctionVersion } from './function-types.ts';
import { peakMemoryMb } from './memory.ts';
import { exitStatus } from './outcome.ts';
import type { RuntimeClient } from './runtime-api.ts';
import type { Workspace } from './workspace.ts';

/** What processes need of the laptop. */
export interface ProcessHost {
  readonly workspace: Workspace;
  readonly addresses: Addresses;
  readonly clock: Clock;
  /** Every line that a process writes. */
  readonly onLine: (version: FunctionVersion, line: string, stream: 'stdout' | 'stderr') => void;
}

export class FunctionProcess {
  /** Resolves when the process is gone, with how it ended, see `exitStatus`. */
  readonly ended: Promise<string | undefined>;
  private readonly id = randomUUID();
  private readonly version: FunctionVersion;
  private readonly host: ProcessHost;
  private readonly tmp: string;
  private readonly child: ChildProcess;
  private isThere = true;

  /** @param client speaks for the process at the Runtime API */
  constructor(version: FunctionVersion, host: ProcessHost, client: RuntimeClient) {
    this.version = version;
    this.host = host;
    this.tmp = join(host.workspace.tmp, this.id);
    mkdirSync(this.tmp, { recursive: true });
    this.child = this.spawn(host.workspace.runtimeApi.register(this.id, client));
    this.ended = this.watch();
  }

  private spawn(runtimeApi: string): ChildProcess {
    const { version, tmp, id } = this;
    const { workspace, addresses, clock } = this.host;
    const settings = { runtimeApi, endpoint: addresses.endpoint, tmp, clock, logStream: id };
    return spawn(process.execPath, [...heapLimits(version.memoryMb), workspace.bootstrap], {
      cwd: version.code,
      env: environmentOf(version, settings),
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: the terminal's Ctrl-C must not end it in the middle of a request, and its children end with it.
      detached: true,
    });
  }

  private watch(): Promise<string | undefined> {
    const { child, host, version } = this;
    if (child.pid) host.workspace.reaper.watch(child.pid);
    for (const stream of ['stdout', 'stderr'] as const) {
      const lines = createInterface({ input: child[stream] as NodeJS.ReadableStream });
      lines.on('line', (line) => host.onLine(version, line, stream));
    }
    return new Promise((resolve) => {
      child.once('error', (error) => resolve(this.clear(null, error.message)));
      child.once('exit', (code, signal) => resolve(this.clear(code, signal)));
    });
  }

  private clear(code: number | null, reason: string | null): string | undefined {
    const { workspace } = this.host;
    this.isThere = false;
    this.killGroup();
    if (this.child.pid) workspace.reaper.forget(this.child.pid);
    workspace.runtimeApi.unregister(this.id);
    rmSync(this.tmp, { recursive: true, force: true });
    return exitStatus(code, reason);
  }

  /** Ends the process and everything it started; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.isThere) this.killGroup();
    await this.ended;
  }

  private killGroup(): void {
    try {
      if (this.child.pid) process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // Nothing is left of it.
    }
  }

  /** Most memory that it has held, MB; 0 where that cannot be told. */
  peakMemoryMb(): number {
    return this.isThere && this.child.pid ? peakMemoryMb(this.child.pid) : 0;
  }
}

/** Lambda's runtime bounds V8's heap by the function's memory; without that, V8 goes by this machine's. */
function heapLimits(memoryMb: number): string[] {
  const [old, young] = [Math.floor(memoryMb * 0.9), Math.max(1, Math.floor(memoryMb * 0.05))];
  return [`--max-old-space-size=${old}`, `--max-semi-space-size=${young}`];
}
