/** Runs checks one after another and keeps their rows. */

import { failureOf } from './failure.ts';
import { type Result, type Row, skipped } from './result.ts';

/** Ctrl-C, or the end of the terminal. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/** The checks of one run. */
export class Checks {
  readonly rows: Row[] = [];
  private readonly signal: AbortSignal;
  private readonly onRow: (rows: readonly Row[]) => void;

  /** @param onRow called after each check */
  constructor(signal: AbortSignal, onRow: (rows: readonly Row[]) => void = () => {}) {
    this.signal = signal;
    this.onRow = onRow;
  }

  /** Runs a check. An error of it is its result. @throws InterruptedError */
  async run(name: string, check: () => Result | Promise<Result>): Promise<Result> {
    this.signal.throwIfAborted();
    const result = await this.resultOf(check);
    this.add({ check: name, ...result });
    return result;
  }

  /** Records checks that cannot run. @param reason of all of them */
  skip(checks: readonly string[], reason: string): void {
    for (const check of checks) this.add({ check, ...skipped(reason) });
  }

  /** Records a result. */
  add(row: Row): void {
    this.rows.push(row);
    this.onRow(this.rows);
  }

  private async resultOf(check: () => Result | Promise<Result>): Promise<Result> {
    try {
      return await check();
    } catch (error) {
      // Because an interruption also ends the request that is under way, with an error of its own.
      this.signal.throwIfAborted();
      return failureOf(error);
    }
  }
}
