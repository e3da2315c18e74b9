/** One process of one function version: given one event at a time, watched, and ended. */

import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { FunctionProcess, type ProcessHost } from './function-process.ts';
import type { FunctionVersion } from './function-types.ts';
import { death, failure, type Outcome } from './outcome.ts';
import type { RuntimeClient } from './runtime-api.ts';

/** One event on its way into a process. */
export interface Invocation {
  readonly requestId: string;
  /** The event as JSON. */
  readonly payload: string;
  readonly arn: string;
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
  /** Most memory that the process has held, MB; 0 where it cannot be told. */
  maxMemoryMb = 0;
  /** Whether it can take another event. */
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
    const timer = setTimeout(() => this.expire(timeoutMs), timeoutMs);
    const looks = setInterval(() => this.lookAtMemory(), MEMORY_LOOK_MS);
    if (!this.usable) this.settle(this.death('exited'));
    this.hand();
    const outcome = await promise;
    clearTimeout(timer);
    clearInterval(looks);
    this.lookAtMemory();
    return this.outOfMemory ? this.death('signal: killed', invocation.requestId) : outcome;
  }

  /** Ends the process and everything it started; resolves when it is gone. */
  kill(): Promise<void> {
    this.usable = false;
    return this.process.kill();
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

  private expire(timeoutMs: number): void {
    const message = `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
    this.settle(failure('Sandbox.Timedout', `RequestId: ${this.running?.requestId} Error: ${message}`));
    this.kill();
  }

  private lookAtMemory(): void {
    this.maxMemoryMb = Math.max(this.maxMemoryMb, this.process.peakMemoryMb());
    if (this.maxMemoryMb <= this.version.memoryMb || this.outOfMemory) return;
    this.outOfMemory = true;
    this.kill();
  }

  private onEnd(status: string | undefined): void {
    this.usable = false;
    this.ready.resolve(false);
    this.settle(this.death(status));
  }

  private death(status: string | undefined, requestId = this.running?.requestId ?? ''): Outcome {
    if (this.initError) return { payload: this.initError, failed: true };
    return death({ requestId, status, outOfMemory: this.outOfMemory });
  }
}

/** A trace that is not sampled, so that nobody looks for a daemon to send it to. */
function traceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}
