/** Adds up the answers of two versions to the pictures of a bucket: numbers of all, and records of the worst. */

import { ObjectGroups, sizeOf } from '../../../functions/judge/object-groups.ts';
import { type Novelty, SeenPictures } from '../../../functions/judge/scenes.ts';
import { add, merge, NO_PICTURES, type ShadowTally, withNovelty } from '../../../functions/judge/shadow-tally.ts';
import type { ComparisonRecord } from '../../../functions/records/comparison.ts';
import { keptParts } from '../../../functions/records/seen-picture.ts';
import { byBadness, lowestConfidence } from '../../../functions/rollout-report/disagreements.ts';
import { type Answered, type BatchResult, recordOf } from './stored-answer.ts';

/** A picture on which both versions differ. */
export interface Differing {
  readonly record: ComparisonRecord;
  readonly baseline: Answered;
}

/** What became of a picture that both versions have a result of. */
export type Fate = Novelty | 'both rejected' | 'newly answered';

/** Records that are kept: those that a report shows. */
const MOST_WORST = 48;

/** Pictures whose tally is merged at once, because each merge copies the histograms. */
const CHUNK = 256;

export class ComparisonSums {
  /** Rejected by both, and rejected by the baseline only. */
  readonly rejected = { both: 0, baseline: 0 };
  readonly all = new ObjectGroups(() => 'all');
  readonly labels = new ObjectGroups(({ label }) => label);
  readonly sizes = new ObjectGroups(sizeOf);
  /** Of the pictures with objects, in the order of their ids: 1 − agreement, and the count errors. */
  readonly disagreements: number[] = [];
  readonly countErrors: number[] = [];
  readonly counts: { readonly baseline: number; readonly candidate: number }[] = [];
  /** Milliseconds of each scene that both have answered. */
  readonly times = { baseline: [] as number[], candidate: [] as number[] };
  /** The lowest confidence of all detections. */
  lowest = 1;
  private merged: ShadowTally = NO_PICTURES;
  private chunk: ShadowTally = NO_PICTURES;
  private candidates: Differing[] = [];
  private readonly seen = new SeenPictures();

  /** Takes the results of one picture. The order must not depend on the answers. */
  add(baseline: BatchResult, candidate: BatchResult): Fate {
    if (baseline.status === 'rejected') {
      const isBoth = candidate.status === 'rejected';
      this.rejected[isBoth ? 'both' : 'baseline'] += 1;
      return isBoth ? 'both rejected' : 'newly answered';
    }
    const picture = keptParts(baseline.id, baseline.fingerprint ?? { sha256: baseline.id });
    const novelty = this.seen.noveltyOf(picture);
    this.seen.add(picture, novelty);
    this.chunk = withNovelty(this.chunk, novelty);
    if (novelty === 'new') this.addScene(baseline, candidate);
    return novelty;
  }

  /** The sums over all scenes. */
  get tally(): ShadowTally {
    return merge(this.merged, this.chunk);
  }

  /** The largest differences first. */
  get worst(): readonly Differing[] {
    return this.candidates.toSorted((a, b) => byBadness(a.record, b.record)).slice(0, MOST_WORST);
  }

  private addScene(baseline: Answered, candidate: BatchResult): void {
    const record = recordOf(baseline, candidate);
    this.chunk = add(this.chunk, record.score);
    if (this.chunk.pictures >= CHUNK) {
      this.merged = merge(this.merged, this.chunk);
      this.chunk = NO_PICTURES;
    }
    this.lowest = Math.min(this.lowest, lowestConfidence([record]));
    this.addNumbers(baseline, candidate, record);
    if (!isDifferent(record)) return;
    this.candidates.push({ record, baseline });
    if (this.candidates.length >= 4 * MOST_WORST) this.candidates = [...this.worst];
  }

  private addNumbers(baseline: Answered, candidate: BatchResult, { score }: ComparisonRecord): void {
    if (candidate.status !== 'done' || score.status !== 'done' || !score.comparison) return;
    const { objects, comparison, countError } = score;
    for (const groups of [this.all, this.labels, this.sizes]) {
      groups.add({ baseline: baseline.detections, candidate: candidate.detections }, comparison);
    }
    this.counts.push(objects);
    this.times.baseline.push(baseline.timing_ms.total ?? 0);
    this.times.candidate.push(candidate.timing_ms.total ?? 0);
    if (objects.baseline === 0 && objects.candidate === 0) return;
    this.disagreements.push(1 - comparison.agreement);
    this.countErrors.push(countError);
  }
}

function isDifferent({ score }: ComparisonRecord): boolean {
  if (score.status === 'failed' || !score.comparison) return true;
  return score.comparison.missed.length > 0 || score.comparison.extra.length > 0;
}
