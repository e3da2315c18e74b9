/** Runs checks one after another and keeps their rows. */

import { failureOf } from './failure.ts';
import { type Finding, type Row, skipped } from './finding.ts';

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

  /** Runs a check. An error of it is its finding. @throws InterruptedError */
  async run(check: string, find: () => Finding | Promise<Finding>): Promise<Finding> {
    this.signal.throwIfAborted();
    const finding = await this.find(find);
    this.add({ check, ...finding });
    return finding;
  }

  /** Records checks that cannot run. @param reason of all of them */
  skip(checks: readonly string[], reason: string): void {
    for (const check of checks) this.add({ check, ...skipped(reason) });
  }

  /** Records a finding. */
  add(row: Row): void {
    this.rows.push(row);
    this.onRow(this.rows);
  }

  private async find(find: () => Finding | Promise<Finding>): Promise<Finding> {
    try {
      return await find();
    } catch (error) {
      // Because an interruption also ends the request that is under way, with an error of its own.
      this.signal.throwIfAborted();
      return failureOf(error);
    }
  }
}
