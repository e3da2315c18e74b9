/** Invocations by name, ARN or alias: what everything on the laptop that calls a function goes through. */

import type { Clock } from '../clock.ts';
import { LambdaError } from './function-types.ts';
import type { Functions } from './functions.ts';
import type { Runtime } from './pool.ts';
import type { Report } from './report.ts';

/** Seconds before the first and the second retry of an asynchronous invocation, as AWS waits. */
const RETRY_SECONDS = [60, 120];
const THROTTLE_RETRY_SECONDS = 5;

export class Lambda {
  readonly functions: Functions;
  private readonly runtime: Runtime;
  private readonly clock: Clock;
  private readonly onDropped: (reference: string, reason: string) => void;

  /** @param onDropped hears of asynchronous events that were given up after the last retry */
  constructor(
    functions: Functions,
    runtime: Runtime,
    options: { readonly clock: Clock; readonly onDropped: (reference: string, reason: string) => void },
  ) {
    this.functions = functions;
    this.runtime = runtime;
    this.clock = options.clock;
    this.onDropped = options.onDropped;
  }

  /**
   * Invokes a function and waits for its answer.
   * @param reference name or ARN, with or without `:qualifier`
   * @param payload the event as JSON
   * @throws LambdaError when it could not run; a function that fails is told by the report
   */
  async invoke(reference: string, payload: string, qualifier?: string): Promise<Report> {
    return this.runtime.invoke(this.functions.route(reference, qualifier), payload);
  }

  /** Invokes a function some time; a failure is retried twice, then dropped. @throws LambdaError for an unknown function */
  invokeLater(reference: string, payload: string, qualifier?: string): void {
    this.functions.route(reference, qualifier);
    this.untilDone(reference, payload, qualifier).catch((error) => this.onDropped(reference, String(error)));
  }

  private async untilDone(reference: string, payload: string, qualifier?: string): Promise<void> {
    for (let failures = 0; ; ) {
      const report = await this.unlessThrottled(reference, payload, qualifier);
      if (report && !report.failed) return;
      if (report) failures += 1;
      if (report && failures > RETRY_SECONDS.length) return this.onDropped(reference, report.payload);
      await this.clock.wait(report ? (RETRY_SECONDS[failures - 1] ?? 0) : THROTTLE_RETRY_SECONDS);
    }
  }

  private async unlessThrottled(reference: string, payload: string, qualifier?: string): Promise<Report | undefined> {
    try {
      return await this.invoke(reference, payload, qualifier);
    } catch (error) {
      if (error instanceof LambdaError && error.status === 429) return undefined;
      throw error;
    }
  }
}
