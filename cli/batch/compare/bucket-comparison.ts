/** What a comparison of two versions over a bucket has found. */

import type { BoundedRow, ObjectSize } from '../../../functions/judge/object-groups.ts';
import {
  type Estimate,
  type LookedAt,
  lookedAt,
  type ShadowTally,
  summarize,
} from '../../../functions/judge/shadow-tally.ts';
import { type Disagreement, worstDisagreements } from '../../../functions/rollout-report/disagreements.ts';
import { quantile } from '../../../functions/rollout-report/distribution.ts';
import { countsOf } from '../../../functions/rollout-report/pair.ts';
import type { DeployedBatch } from '../deployed-batch.ts';
import { BatchRefusedError } from '../exit-codes.ts';
import { commonPictures, type JobPair, resultPairs } from './result-pairs.ts';
import { ComparisonSums } from './sums.ts';

/** The chance that one bound is ever wrong. */
const ALPHA = 0.05;

/** In the order of the report. */
const SIZES: readonly string[] = ['small', 'medium', 'large'] satisfies ObjectSize[];

/** Milliseconds of a picture in a job. */
interface Times {
  readonly median?: number;
  /** 95 % of the pictures take at most so long. */
  readonly p95?: number;
}

/** A picture on which both versions differ. */
export interface WorstPicture {
  readonly id: string;
  readonly key: string;
  readonly kinds: Disagreement['kinds'];
  readonly baseline: number;
  /** Absent: the candidate rejects it. */
  readonly candidate?: number;
}

/** The comparison, for programs. JSON. Shares are 0–1. */
export interface BucketComparison {
  readonly endpoint: string;
  /** As `s3://bucket/prefix`. */
  readonly from: string;
  readonly baseline: { readonly version: string; readonly job: string };
  readonly candidate: { readonly version: string; readonly job: string };
  /** Pictures that the baseline has answered and both jobs have a result of; repeated content counts once. */
  readonly compared: LookedAt;
  /** Scenes that the candidate rejects, which count as failures. */
  readonly failures: number;
  readonly rejected: { readonly byBoth: number; readonly onlyByBaseline: number };
  /** Pictures that are not compared: only one job has a result, or a result is no longer stored. */
  readonly left: { readonly onlyBaseline: number; readonly onlyCandidate: number; readonly gone: number };
  /** Scenes without objects in both answers: they agree, and are no evidence. */
  readonly empty: number;
  readonly disagreement: Estimate;
  readonly countError: Estimate;
  readonly failed: Estimate;
  /** All objects in one row; absent without objects. */
  readonly objects?: BoundedRow;
  readonly byLabel: readonly BoundedRow[];
  readonly bySize: readonly BoundedRow[];
  /** Each version was timed in its own job. */
  readonly milliseconds: { readonly baseline: Times; readonly candidate: Times };
  readonly worst: readonly WorstPicture[];
}

/** A comparison with what its page shows besides. */
export interface Compared {
  readonly comparison: BucketComparison;
  readonly sums: ComparisonSums;
  readonly tally: ShadowTally;
  readonly disagreements: readonly Disagreement[];
}

/**
 * Compares the results of two jobs.
 * @param progress called with the pictures that are read, and all of them
 * @throws BatchRefusedError, StoreUnavailableError
 */
export async function compareJobs(
  deployed: DeployedBatch,
  jobs: JobPair,
  progress: (done: number, of: number) => void,
): Promise<Compared> {
  const { ids, only } = await commonPictures(deployed.objects, jobs);
  const sums = new ComparisonSums();
  let [done, gone] = [0, 0];
  for await (const { baseline, candidate } of resultPairs(deployed, jobs, ids)) {
    if (baseline && candidate) sums.add(baseline, candidate);
    else gone += 1;
    done += 1;
    progress(done, ids.length);
  }
  if (gone > 0 && gone === ids.length) throw nothingStored(jobs, gone);
  const left = { onlyBaseline: only.baseline, onlyCandidate: only.candidate, gone };
  return summed(deployed.endpoint, jobs, { sums, left });
}

/** As where a function was replaced, whose versions have the same numbers. */
function nothingStored({ baseline, candidate }: JobPair, gone: number): BatchRefusedError {
  return new BatchRefusedError(
    `Expected results of ${baseline.job.job} and ${candidate.job.job}, received none for ${gone} pictures: they have ` +
      'expired, or the function was replaced. Start both jobs again by batch start, then compare',
  );
}

function summed(
  endpoint: string,
  { baseline, candidate }: JobPair,
  { sums, left }: { readonly sums: ComparisonSums; readonly left: BucketComparison['left'] },
): Compared {
  const { tally, worst, lowest } = sums;
  const disagreements = worstDisagreements(
    worst.map(({ record }) => record),
    { lowest },
  );
  const { disagreement, countError, failed } = summarize(tally, ALPHA);
  const [objects] = sums.all.boundedRows(ALPHA);
  const { bucket, key } = candidate.job;
  const comparison: BucketComparison = {
    endpoint,
    from: `s3://${bucket}/${key}`,
    baseline: { version: baseline.job.version, job: baseline.job.job },
    candidate: { version: candidate.job.version, job: candidate.job.job },
    compared: lookedAt(tally, false),
    failures: tally.failures,
    rejected: { byBoth: sums.rejected.both, onlyByBaseline: sums.rejected.baseline },
    ...{ left, empty: tally.empty, disagreement, countError, failed },
    ...(objects && { objects }),
    byLabel: sums.labels.boundedRows(ALPHA),
    bySize: sums.sizes.boundedRows(ALPHA).toSorted((a, b) => SIZES.indexOf(a.name) - SIZES.indexOf(b.name)),
    milliseconds: { baseline: timesOf(sums.times.baseline), candidate: timesOf(sums.times.candidate) },
    worst: disagreements.map(worstOf),
  };
  return { comparison, sums, tally, disagreements };
}

function worstOf({ record, kinds }: Disagreement): WorstPicture {
  const { id, input, baseline } = record;
  const counts = countsOf(record);
  const expected = baseline.kind === 'live' ? baseline.detections.length : baseline.count;
  return { id, key: input, kinds, baseline: expected, ...(counts && { candidate: counts.candidate }) };
}

function timesOf(values: readonly number[]): Times {
  const [median, p95] = [quantile(values, 0.5), quantile(values, 0.95)];
  return { ...(median !== undefined && { median }), ...(p95 !== undefined && { p95 }) };
}
