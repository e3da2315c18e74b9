/** Runs invocations: chooses or starts a process, limits concurrency, restarts after a failed init phase. */

import { randomUUID } from 'node:crypto';
import { type AccountConcurrency, ThrottledError } from './concurrency.ts';
import type { ProcessHost } from './function-process.ts';
import { type Destination, type FunctionVersion, LambdaError } from './function-types.ts';
import type { Report } from './outcome.ts';
import { MAX_REQUEST_BYTES, type Payload } from './runtime-api.ts';
import { Sandbox } from './sandbox.ts';
import { Processes, type Turn } from './semaphore.ts';

/** Lambda's limit of the init phase, ms. */
const INIT_MS = 10_000;

export interface RuntimeSettings {
  /** Processes of one function that run at a time, all versions together, because a laptop has a few cores. */
  readonly concurrency: number;
  /** Time that an invocation waits for such a process before it is throttled, ms. AWS does not wait. */
  readonly queueMs: number;
  /** Time after which an idle process ends, ms. */
  readonly idleMs: number;
  /** Limit of the init phase, ms. A longer one starts again as part of the first invocation. Default: Lambda's 10 s */
  readonly initMs?: number;
}

export interface RuntimeOptions {
  readonly onReport: (report: Report) => void;
  readonly concurrency: AccountConcurrency;
}

/** Runs functions, each in processes of its own. */
export class Runtime {
  private readonly host: ProcessHost;
  private readonly settings: RuntimeSettings;
  private readonly onReport: (report: Report) => void;
  private readonly concurrency: AccountConcurrency;
  private readonly processes = new Map<string, Processes>();
  private readonly idle = new Map<Sandbox, NodeJS.Timeout>();
  private readonly busy = new Set<Sandbox>();
  private readonly running = new Set<Promise<unknown>>();
  private isStopping = false;

  constructor(host: ProcessHost, settings: RuntimeSettings, options: RuntimeOptions) {
    this.host = host;
    this.settings = settings;
    this.onReport = options.onReport;
    this.concurrency = options.concurrency;
  }

  /**
   * Runs one invocation and waits for its end. A function that fails is a `Report` with `failed`, not an exception.
   * @throws LambdaError RequestTooLargeException; ThrottledError
   */
  async invoke(destination: Destination, payload: Payload, turn: Turn = {}): Promise<Report> {
    const run = this.queued(destination, payload, turn);
    this.running.add(run);
    try {
      return await run;
    } finally {
      this.running.delete(run);
    }
  }

  private async queued(destination: Destination, payload: Payload, turn: Turn): Promise<Report> {
    checkSize(payload);
    const { name } = destination.version;
    try {
      this.concurrency.enter(name);
    } catch (error) {
      this.reportThrottled(destination);
      throw error;
    }
    try {
      return await this.runInTurn(destination, payload, turn);
    } finally {
      this.concurrency.leave(name);
    }
  }

  private async runInTurn(destination: Destination, payload: Payload, turn: Turn): Promise<Report> {
    const processes = this.processesOf(destination.version.name);
    if (!(await processes.acquire(turn, this.settings.queueMs))) {
      this.reportThrottled(destination);
      throw new ThrottledError('ConcurrentInvocationLimitExceeded');
    }
    try {
      // The next start runs it again.
      if (turn.isBackground && this.isStopping) throw new ThrottledError('ConcurrentInvocationLimitExceeded');
      return await this.run(destination, payload);
    } finally {
      processes.release(turn);
    }
  }

  private async run(destination: Destination, payload: Payload): Promise<Report> {
    const { version, arn } = destination;
    const requestId = randomUUID();
    const startedAt = new Date();
    const begin = performance.now();
    const { sandbox, initMs } = await this.sandbox(version);
    const invoked = performance.now();
    const outcome = await sandbox.invoke({ requestId, payload, arn }, version.timeoutSeconds * 1000);
    this.putBack(sandbox);
    const durationMs = performance.now() - (initMs === undefined ? begin : invoked);
    const report = {
      destination,
      requestId,
      startedAt,
      durationMs,
      maxMemoryMb: sandbox.maxMemoryMb,
      throttled: false,
    };
    return this.reported({ ...report, ...outcome, ...(initMs === undefined ? {} : { initMs }) });
  }

  /** An idle process of this version, or a new one with the time of its init phase. */
  private async sandbox(version: FunctionVersion): Promise<{ sandbox: Sandbox; initMs?: number }> {
    const begin = performance.now();
    const warm = this.takeIdle(version);
    const sandbox = warm ?? this.start(version);
    this.busy.add(sandbox);
    if (warm) return { sandbox };
    if (await sandbox.initialized(this.settings.initMs ?? INIT_MS))
      return { sandbox, initMs: performance.now() - begin };
    this.busy.delete(sandbox);
    await sandbox.kill();
    const second = this.start(version);
    this.busy.add(second);
    return { sandbox: second };
  }

  private start(version: FunctionVersion): Sandbox {
    return new Sandbox(version, this.host);
  }

  private takeIdle(version: FunctionVersion): Sandbox | undefined {
    const fits = (sandbox: Sandbox) => sandbox.usable && sandbox.version.revisionId === version.revisionId;
    const found = [...this.idle.keys()].findLast(fits);
    if (!found) return undefined;
    clearTimeout(this.idle.get(found));
    this.idle.delete(found);
    return found;
  }

  private putBack(sandbox: Sandbox): void {
    this.busy.delete(sandbox);
    if (!sandbox.usable) return;
    const end = () => {
      this.idle.delete(sandbox);
      sandbox.kill();
    };
    this.idle.set(sandbox, setTimeout(end, this.settings.idleMs).unref());
  }

  private reportThrottled(destination: Destination): void {
    const nothing = { requestId: randomUUID(), durationMs: 0, maxMemoryMb: 0, failed: false, payload: '' };
    this.onReport({ destination, startedAt: new Date(), throttled: true, ...nothing });
  }

  private reported(report: Report): Report {
    this.onReport(report);
    return report;
  }

  private processesOf(name: string): Processes {
    const processes = this.processes.get(name) ?? new Processes(this.settings.concurrency);
    this.processes.set(name, processes);
    return processes;
  }

  /** Waits `graceMs` at most for running invocations, then ends all processes. */
  async stop(graceMs: number): Promise<void> {
    this.isStopping = true;
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, graceMs);
    await Promise.race([Promise.allSettled(this.running), patience.promise]);
    clearTimeout(timer);
    for (const timer of this.idle.values()) clearTimeout(timer);
    await Promise.all([...this.idle.keys(), ...this.busy].map((sandbox) => sandbox.kill()));
  }
}

function checkSize(payload: Payload): void {
  const bytes = Buffer.byteLength(payload);
  if (bytes <= MAX_REQUEST_BYTES) return;
  const message = `Request must be smaller than ${MAX_REQUEST_BYTES} bytes for the InvokeFunction operation`;
  throw new LambdaError('RequestTooLargeException', 413, message);
}
