/** The operating system process of a function: process group, temporary folder, output, memory, end. */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Addresses } from '../account.ts';
import type { Clock } from '../clock.ts';
import { environmentOf } from './environment.ts';
import type { FunctionVersion } from './function-types.ts';
import { exitStatus } from './outcome.ts';
import type { RuntimeClient } from './runtime-api.ts';
import type { Workspace } from './workspace.ts';

/** Shared by all processes. */
export interface ProcessHost {
  readonly workspace: Workspace;
  readonly addresses: Addresses;
  readonly clock: Clock;
  /** Whether the HTTP API enforces authorization. */
  readonly signed: boolean;
  /** Called for every line that a process writes. */
  readonly onLine: (version: FunctionVersion, line: string, stream: 'stdout' | 'stderr') => void;
}

export class FunctionProcess {
  /** Resolves when the process has ended, with its `exitStatus`. */
  readonly ended: Promise<string | undefined>;
  private readonly id = randomUUID();
  private readonly version: FunctionVersion;
  private readonly host: ProcessHost;
  private readonly tmp: string;
  private readonly child: ChildProcess;
  private isRunning = true;

  /** @param client receives the process's requests to the Runtime API */
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
    const { workspace, addresses, clock, signed } = this.host;
    const settings = { runtimeApi, endpoint: addresses.endpoint, tmp, clock, signed, logStream: id };
    return spawn(process.execPath, [...heapLimits(version.memoryMb), workspace.bootstrap], {
      cwd: version.code,
      env: environmentOf(version, settings),
      stdio: ['ignore', 'pipe', 'pipe'],
      // So that Ctrl-C in the terminal does not end it during a request, and its children can be ended with it.
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
    this.isRunning = false;
    this.killGroup();
    if (this.child.pid) workspace.reaper.forget(this.child.pid);
    workspace.runtimeApi.unregister(this.id);
    rmSync(this.tmp, { recursive: true, force: true });
    return exitStatus(code, reason);
  }

  /** Kills the process and its children; resolves when it has ended. */
  async kill(): Promise<void> {
    if (this.isRunning) this.killGroup();
    await this.ended;
  }

  private killGroup(): void {
    try {
      if (this.child.pid) process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // All processes of the group have ended.
    }
  }

  /** Peak resident memory, MB; 0 after its end, and on systems other than Linux. */
  peakMemoryMb(): number {
    return this.isRunning && this.child.pid ? peakMemoryMb(this.child.pid) : 0;
  }
}

function peakMemoryMb(pid: number): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.ceil(Number(kilobytes ?? 0) / 1024);
  } catch {
    return 0;
  }
}

/** Because V8 derives its heap limit from the machine's memory, set it from the function's, as Lambda does. */
function heapLimits(memoryMb: number): string[] {
  const [old, young] = [Math.floor(memoryMb * 0.9), Math.max(1, Math.floor(memoryMb * 0.05))];
  return [`--max-old-space-size=${old}`, `--max-semi-space-size=${young}`];
}
