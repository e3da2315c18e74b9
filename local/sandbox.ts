/** One process of one function version: started, given one event at a time, watched, and ended. */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Clock } from './clock.ts';
import { environmentOf } from './environment.ts';
import type { FunctionVersion } from './functions.ts';
import { peakMemoryMb } from './memory.ts';
import type { Reaper } from './reaper.ts';
import type { RuntimeApi, RuntimeClient } from './runtime-api.ts';

/** What processes need of the laptop. */
export interface SandboxHost {
  readonly api: RuntimeApi;
  readonly reaper: Reaper;
  /** The runtime client as plain JavaScript. */
  readonly bootstrap: string;
  /** Parent of the processes' temporary folders. */
  readonly tmp: string;
  readonly endpoint: string;
  readonly clock: Clock;
  /** Every line that a process writes. */
  readonly onLine: (version: FunctionVersion, line: string, stream: 'stdout' | 'stderr') => void;
}

/** One event on its way into a process. */
export interface Invocation {
  readonly requestId: string;
  /** The event as JSON. */
  readonly payload: string;
  readonly arn: string;
}

/** How an invocation ended; `failed` when the function did not return. */
export interface Outcome {
  /** The answer as JSON, or the error as Lambda reports it. */
  readonly payload: string;
  readonly failed: boolean;
}

interface Running extends Invocation {
  readonly deadline: number;
  readonly resolve: (outcome: Outcome) => void;
}

/** Milliseconds between two looks at the memory of a busy process. */
const MEMORY_LOOK_MS = 100;

/** A process with the function's code loaded, or loading. */
export class Sandbox implements RuntimeClient {
  readonly version: FunctionVersion;
  private readonly id = randomUUID();
  private readonly host: SandboxHost;
  private readonly tmp: string;
  private readonly child: ChildProcess;
  private readonly ready = Promise.withResolvers<boolean>();
  private readonly gone = Promise.withResolvers<void>();
  private waiting: ServerResponse | undefined;
  private running: Running | undefined;
  private initError: string | undefined;
  private outOfMemory = false;
  /** Most memory that the process has held, MB; 0 where it cannot be told. */
  maxMemoryMb = 0;
  private alive = true;
  private killed = false;

  constructor(version: FunctionVersion, host: SandboxHost) {
    this.version = version;
    this.host = host;
    this.tmp = join(host.tmp, this.id);
    mkdirSync(this.tmp, { recursive: true });
    this.child = this.start();
  }

  private start(): ChildProcess {
    const { version, host, tmp } = this;
    const { api, endpoint, clock } = host;
    const place = { runtimeApi: api.register(this.id, this), endpoint, tmp, clock, logStream: this.id };
    const child = spawn(process.execPath, [...heapLimits(version.memoryMb), host.bootstrap], {
      cwd: version.code,
      env: environmentOf(version, place),
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: the terminal's Ctrl-C must not end it in the middle of a request, and its children end with it.
      detached: true,
    });
    if (child.pid) host.reaper.watch(child.pid);
    for (const stream of ['stdout', 'stderr'] as const) {
      createInterface({ input: child[stream] as NodeJS.ReadableStream }).on('line', (line) =>
        host.onLine(version, line, stream),
      );
    }
    child.once('error', (error) => this.onExit(null, error.message));
    child.once('exit', (code, signal) => this.onExit(code, signal));
    return child;
  }

  /** True as soon as the code is loaded, false when that failed or took longer than `limitMs`. */
  async initialized(limitMs: number): Promise<boolean> {
    const timer = setTimeout(() => this.ready.resolve(false), limitMs);
    const ready = await this.ready.promise;
    clearTimeout(timer);
    return ready;
  }

  /** Gives the process an event; after `timeoutMs` it is killed, as Lambda does. */
  async invoke(invocation: Invocation, timeoutMs: number): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.running = { ...invocation, resolve, deadline: Date.now() + timeoutMs };
    const seconds = (timeoutMs / 1000).toFixed(2);
    const timer = setTimeout(
      () => this.abort('Sandbox.Timedout', `Task timed out after ${seconds} seconds`),
      timeoutMs,
    );
    const looks = setInterval(() => this.lookAtMemory(), MEMORY_LOOK_MS);
    if (!this.alive) this.settle(this.deathOutcome('exited'));
    this.hand();
    const outcome = await promise;
    clearTimeout(timer);
    clearInterval(looks);
    this.lookAtMemory();
    return this.outOfMemory ? this.deathOutcome('signal: killed', invocation.requestId) : outcome;
  }

  /** Whether it can take another event. */
  get usable(): boolean {
    return this.alive && !this.killed;
  }

  /** Ends the process and everything it started; resolves when it is gone. */
  kill(): Promise<void> {
    this.killed = true;
    if (this.alive && this.child.pid) {
      try {
        process.kill(-this.child.pid, 'SIGKILL');
      } catch {
        this.child.kill('SIGKILL');
      }
    }
    return this.gone.promise;
  }

  next(response: ServerResponse): void {
    this.waiting = response;
    this.ready.resolve(true);
    this.hand();
  }

  answered(requestId: string, body: string | undefined): void {
    if (requestId !== this.running?.requestId) return;
    const message = 'Response payload size exceeded maximum allowed payload size (6291556 bytes).';
    if (body === undefined) this.settle(failure('Function.ResponseSizeTooLarge', message));
    else this.settle({ payload: body, failed: false });
  }

  failed(requestId: string, body: string): void {
    if (requestId === this.running?.requestId) this.settle({ payload: body, failed: true });
  }

  initFailed(body: string): void {
    this.initError = body;
    this.ready.resolve(false);
  }

  /** Hands the event over when both it and the process are there. */
  private hand(): void {
    if (!this.waiting || !this.running) return;
    const { requestId, deadline, arn, payload } = this.running;
    this.waiting.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': requestId,
      'lambda-runtime-deadline-ms': deadline,
      'lambda-runtime-invoked-function-arn': arn,
      'lambda-runtime-trace-id': traceId(),
    });
    this.waiting.end(payload);
    this.waiting = undefined;
  }

  private settle(outcome: Outcome): void {
    this.running?.resolve(outcome);
    this.running = undefined;
  }

  private abort(type: string, message: string): void {
    this.settle(failure(type, `RequestId: ${this.running?.requestId} Error: ${message}`));
    this.kill();
  }

  private lookAtMemory(): void {
    if (!this.alive || !this.child.pid || this.outOfMemory) return;
    this.maxMemoryMb = Math.max(this.maxMemoryMb, peakMemoryMb(this.child.pid));
    this.outOfMemory = this.maxMemoryMb > this.version.memoryMb;
    if (this.outOfMemory) this.kill();
  }

  private onExit(code: number | null, reason: string | null): void {
    if (!this.alive) return;
    this.alive = false;
    if (this.child.pid) this.host.reaper.forget(this.child.pid);
    this.host.api.unregister(this.id);
    rmSync(this.tmp, { recursive: true, force: true });
    this.ready.resolve(false);
    const killed = reason === 'SIGKILL' ? 'signal: killed' : `signal: ${reason}`;
    const status = code === 0 ? undefined : code === null ? killed : `exit status ${code}`;
    this.settle(this.deathOutcome(status));
    this.gone.resolve();
  }

  private deathOutcome(status: string | undefined, requestId = this.running?.requestId): Outcome {
    if (this.initError) return { payload: this.initError, failed: true };
    const type = this.outOfMemory ? 'Runtime.OutOfMemory' : 'Runtime.ExitError';
    const how = status ? `Runtime exited with error: ${status}` : 'Runtime exited without providing a reason';
    return failure(type, `RequestId: ${requestId} Error: ${how}`);
  }
}

function failure(errorType: string, errorMessage: string): Outcome {
  return { payload: JSON.stringify({ errorType, errorMessage }), failed: true };
}

/** Lambda's runtime bounds V8's heap by the function's memory; without that, V8 goes by this machine's. */
function heapLimits(memoryMb: number): string[] {
  return [
    `--max-old-space-size=${Math.floor(memoryMb * 0.9)}`,
    `--max-semi-space-size=${Math.max(1, Math.floor(memoryMb * 0.05))}`,
  ];
}

/** A trace that is not sampled, so that nobody looks for a daemon to send it to. */
function traceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}
