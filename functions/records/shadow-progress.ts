/**
 * A shadow's progress lies in the bucket, because Step Functions allows 256 KB of state: a histogram of a busy shadow
 * or the list of compared ids has more.
 */

import { KEYS } from '../contract.ts';
import type { KnownPictures } from '../judge/scenes.ts';
import { restoreTally, type ShadowTally } from '../judge/shadow-tally.ts';
import type { Objects } from '../platform/objects.ts';
import type { DifferingPicture } from './drawn-pictures.ts';
import type { Execution, SavedShadow } from './execution.ts';
import type { LabelledProgress } from './labelled-record.ts';

/** How a candidate answers pictures that live rejected. */
export interface TriedRefused {
  readonly tried: number;
  /** How many of them the candidate answers. */
  readonly answered: number;
}

/** Progress of one step's shadow. JSON. */
export interface ShadowProgress {
  /** Index of its step: a plan can have several shadows. */
  readonly step: number;
  readonly tally: ShadowTally;
  /** The pictures that were looked at. Absent: none yet. */
  readonly known?: KnownPictures;
  /** Names of recorded requests that are chosen and not replayed yet. Absent: none were chosen, or all are replayed. */
  readonly queue?: readonly string[];
  /** The last recorded request that was chosen; those after it are new. Absent: none yet. */
  readonly cursor?: string;
  /**
   * Only with a human as baseline, whose decisions come in any order: the counted ones (`seen-decisions.ts`).
   */
  readonly seen?: readonly string[];
  /** Requests that can be replayed, recorded per minute in the day before. Absent: people decide, or not known. */
  readonly recordedPerMinute?: number;
  /** Pictures that live rejected and the candidate was tried on. Absent: none. */
  readonly refused?: TriedRefused;
  /** The pictures on which the versions differ; only where people judge them. */
  readonly differing?: readonly DifferingPicture[];
  /** How many of the drawn ones are decided, so that a new decision is news for the next tick. Absent: none. */
  readonly decided?: number;
  /** Only where a labelled set judges. */
  readonly labelled?: LabelledProgress;
}

/**
 * The progress that the execution's last tick saved.
 * @param folder of the rollout's records
 * @returns undefined in a new shadow, and where the bucket's lifecycle has deleted the progress: the shadow starts anew
 * @throws StoreUnavailableError
 */
export async function readProgress(
  objects: Pick<Objects, 'findJson'>,
  { state, shadow }: Execution,
  folder: string,
): Promise<ShadowProgress | undefined> {
  if (shadow?.tick === undefined || shadow.step !== state.step) return undefined;
  const progress = (await objects.findJson(KEYS.progress(folder, shadow.tick))) as ShadowProgress | undefined;
  return progress && { ...progress, tally: restoreTally(progress.tally) };
}

/**
 * Saves progress under the number of the present tick. The object that the tick has read stays, so that a repeated tick
 * reads it again.
 * @param ticks before the present one
 * @param folder of the rollout's records
 * @throws StoreUnavailableError
 */
export async function saveProgress(
  objects: Pick<Objects, 'putJson'>,
  { progress, ticks }: { readonly progress: ShadowProgress; readonly ticks: number },
  folder: string,
): Promise<SavedShadow> {
  const tick = ticks + 1;
  await objects.putJson(KEYS.progress(folder, tick), progress);
  const { step, tally, queue = [] } = progress;
  return { step, tick, pictures: tally.pictures, queued: queue.length };
}
