/** Removes what the checks made, also after Ctrl-C. */

import { messageOf } from '../rollout/errors.ts';
import { within } from '../rollout/within.ts';
import { failed, ok, type Result } from './result.ts';

/** Longest wait for one removal, because an interrupted command must end. Milliseconds. */
const LONGEST_MS = 10_000;

/** Something that a check is about to make. */
export interface Cleanup {
  /** What it is: `alias doctor of count-cars`. */
  readonly what: string;
  /** Removes it, if it exists. */
  readonly remove: () => Promise<unknown>;
  /** The command that removes it by hand. */
  readonly remedy: string;
}

/** What the checks have made and not removed yet. */
export class Cleanups {
  private readonly open: Cleanup[] = [];
  private readonly removed: string[] = [];

  /**
   * Called before the thing is made, because an interruption can come in between.
   * @returns removes it early; where that fails, `run` tries again
   */
  add(cleanup: Cleanup): () => Promise<void> {
    this.open.push(cleanup);
    return async () => {
      const isRemoved = await cleanup.remove().then(
        () => true,
        () => false,
      );
      if (!isRemoved) return;
      this.open.splice(this.open.indexOf(cleanup), 1);
      this.removed.push(cleanup.what);
    };
  }

  /** Removes what is left, the last first. One that fails keeps none of the others. */
  async run(): Promise<Result> {
    const failures: string[] = [];
    const remedies: string[] = [];
    for (const { what, remove, remedy } of this.open.splice(0).toReversed()) {
      try {
        await within(LONGEST_MS, remove());
        this.removed.push(what);
      } catch (error) {
        failures.push(`${what} could not be removed: ${messageOf(error)}`);
        remedies.push(remedy);
      }
    }
    if (failures.length > 0) return failed(failures.join('; '), remedies.join('; '));
    return ok(this.removed.length > 0 ? `removed: ${this.removed.join(', ')}` : 'nothing to remove');
  }
}
