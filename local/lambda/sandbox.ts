/** One execution environment of a function version: a process that handles one event at a time. */

import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { FunctionProcess, type ProcessHost } from './function-process.ts';
import type { FunctionVersion } from './function-types.ts';
import { failure, type Outcome, processEnd } from './outcome.ts';
import type { Payload, RuntimeClient } from './runtime-api.ts';

/** One event for a process. */
export interface Invocation {
  readonly requestId: string;
  readonly payload: Payload;
  readonly arn: string;
}

interface Running extends Invocation {
  readonly deadline: number;
  readonly resolve: (outcome: Outcome) => void;
}

/** Time between two measurements of a busy process's memory, ms. */
const MEMORY_INTERVAL_MS = 100;

/** A process with the function's code loaded, or loading. */
export class Sandbox implements RuntimeClient {
  readonly version: FunctionVersion;
  /** Peak resident memory, MB; 0 on systems other than Linux. */
  maxMemoryMb = 0;
  /** Whether it can handle another event. */
  usable = true;
  private readonly process: FunctionProcess;
  private readonly ready = Promise.withResolvers<boolean>();
  private waiting: ServerResponse | undefined;
  private running: Running | undefined;
  private initError: string | undefined;
  private outOfMemory = false;

  constructor(version: FunctionVersion, host: ProcessHost) {
    this.version = version;
    this.process = new FunctionProcess(version, host, this);
    this.process.ended.then((status) => this.onEnd(status));
  }

  /** Resolves with true when the code is loaded, with false when that failed or took longer than `limitMs`. */
  async initialized(limitMs: number): Promise<boolean> {
    const timer = setTimeout(() => this.ready.resolve(false), limitMs);
    const ready = await this.ready.promise;
    clearTimeout(timer);
    return ready;
  }

  /** Runs one event. After `timeoutMs` the process is killed, as Lambda does. */
  async invoke(invocation: Invocation, timeoutMs: number): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.running = { ...invocation, resolve, deadline: Date.now() + timeoutMs };
    const timer = setTimeout(() => this.expire(timeoutMs), timeoutMs);
    const measurements = setInterval(() => this.measureMemory(), MEMORY_INTERVAL_MS);
    if (!this.usable) this.settle(this.endOutcome('exited'));
    this.send();
    const outcome = await promise;
    clearTimeout(timer);
    clearInterval(measurements);
    this.measureMemory();
    return this.outOfMemory ? this.endOutcome('signal: killed', invocation.requestId) : outcome;
  }

  /** Kills the process and its children; resolves when it has ended. */
  kill(): Promise<void> {
    this.usable = false;
    return this.process.kill();
  }

  next(response: ServerResponse): void {
    this.waiting = response;
    this.ready.resolve(true);
    this.send();
  }

  succeeded(requestId: string, body: string | undefined): void {
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

  /** Sends the event once both the event and the process are ready. */
  private send(): void {
    if (!this.waiting || !this.running) return;
    const { requestId, deadline, arn, payload } = this.running;
    this.waiting.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(payload),
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

  private expire(timeoutMs: number): void {
    const message = `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
    this.settle(failure('Sandbox.Timedout', `RequestId: ${this.running?.requestId} Error: ${message}`));
    this.kill();
  }

  private measureMemory(): void {
    this.maxMemoryMb = Math.max(this.maxMemoryMb, this.process.peakMemoryMb());
    if (this.maxMemoryMb <= this.version.memoryMb || this.outOfMemory) return;
    this.outOfMemory = true;
    this.kill();
  }

  private onEnd(status: string | undefined): void {
    this.usable = false;
    this.ready.resolve(false);
    this.settle(this.endOutcome(status));
  }

  private endOutcome(status: string | undefined, requestId = this.running?.requestId ?? ''): Outcome {
    if (this.initError) return { payload: this.initError, failed: true };
    return processEnd({ requestId, status, outOfMemory: this.outOfMemory });
  }
}

/** A trace that is not sampled, so that X-Ray clients do not look for a daemon. */
function traceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}
