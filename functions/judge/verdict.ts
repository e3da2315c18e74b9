/**
 * The judge: promote, hold or roll back, from counts and always-valid bounds, never from point estimates. Pure: no
 * clock, no AWS, no random numbers.
 *
 * - *Roll back* as soon as one gate's bound *proves* the candidate to be outside of its tolerance: a clear failure ends
 *   the step early.
 * - *Promote* when every gate's bound proves the candidate to be within its margin, and the step has its least time and
 *   its least requests.
 * - *Hold* otherwise. Few requests give wide bounds, so they hold; so does no data.
 *
 * Candidate and live are compared over the same minutes (`two-rates.ts`), never with history; means over pictures and
 * limits need no second version (`bounded-mean.ts`). Both kinds of bound hold at all looks together, so judging every
 * minute does not add errors. See `docs/decisions/0020-always-valid-verdicts.md`.
 */

import { evidenceAbove, type Sample } from '../evidence/bounded-mean.ts';
import { type Carried, evidenceNotWorseInAll, liveTrafficOf, NOTHING_CARRIED } from '../evidence/carried.ts';
import type { Tally } from '../evidence/tally.ts';
import { evidenceNotWorse, evidenceWorse, type TwoTallies } from '../evidence/two-rates.ts';
import type { Alpha, BakeStep, DifferenceTest, JudgedStep, ShadowStep, WeightStep } from '../plan/steps.ts';
import { judgeColdStarts, type KnownStarts } from './cold-start.ts';
import { failedReplays, picturesNeeded } from './failed-replays.ts';
import type { Finding, Gate, Outcome, Verdict } from './finding.ts';
import { judgeLabels, type LabelsTally } from './labels.ts';
import { mean, outcomeOf, proves } from './proof.ts';
import { lookedAt, type ShadowTally, sampleOf, sampleOfHits } from './shadow-tally.ts';
import { usualSlow } from './slow-share.ts';
import { NOTHING_JUDGED, type TruthTally, truthOutcome } from './truth.ts';
import {
  acceptedOf,
  failuresOf,
  rejectionsOf,
  slowOf,
  type UsualTallies,
  type VersionCounts,
} from './version-counts.ts';

/** The two versions' counts of the step, and how long it has lasted, milliseconds. */
export interface TrafficEvidence {
  readonly live: VersionCounts;
  readonly candidate: VersionCounts;
  readonly elapsedMs: number;
  /** Live's requests of the day before; absent: not known. */
  readonly usual?: UsualTallies;
  /** Evidence from before this step, by gate. */
  readonly carried?: CarriedByGate;
  /** Absent: not measured. */
  readonly coldStarts?: KnownStarts;
}

/** What came before a step, by gate. */
export type CarriedByGate = Readonly<Partial<Record<'errorRate' | 'rejectionRate' | 'latency', Carried>>>;

/** Roll back if one finding does; promote if all do; hold otherwise, and without findings. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  const every = findings.length > 0 && findings.every(({ outcome }) => outcome === 'promote');
  const rollBack = findings.some(({ outcome }) => outcome === 'roll back');
  return { outcome: rollBack ? 'roll back' : every ? 'promote' : 'hold', findings };
}

/** What else a shadow is judged by. */
interface ShadowEvidence {
  readonly truth?: TruthTally | undefined;
  readonly labels?: LabelsTally | undefined;
  /** Live's failures in the day before; absent: not known. */
  readonly usual?: Tally | undefined;
}

/** Judges a shadow by all its pictures so far. */
export function judgeShadow(
  step: ShadowStep,
  tally: ShadowTally,
  { truth = NOTHING_JUDGED, labels, usual }: ShadowEvidence = {},
): Verdict {
  const { agreement, countError, latency } = step.tests;
  return verdictOf([
    ...mean(step, 'agreement', agreement, sampleOf(tally.disagreements)).map((finding) => ({
      ...finding,
      objects: tally.objects,
    })),
    ...mean(step, 'countError', countError, sampleOf(tally.countErrors)),
    ...failedReplays(step, { trials: tally.pictures, hits: tally.failures }, usual),
    ...mean(step, 'latency', latency, sampleOfHits(tally.slow, tally.timed)),
    ...byPeople(step, truth),
    ...judgeLabels(step, labels),
    ...(step.labels ? [] : picturesOf(step, tally, usual)),
  ]);
}

/** Repeated pictures are pictures, too, but no new scenes: they are not among the values of a mean. */
function picturesOf(step: ShadowStep, tally: ShadowTally, usual: Tally | undefined): readonly Finding[] {
  const { scenes: need } = step;
  const all = lookedAt(tally, need === undefined);
  const outcome = need === undefined || all.scenes >= need ? 'promote' : 'hold';
  return [
    enough('pictures', all.pictures, picturesNeeded(step, tally, usual)),
    { kind: 'scenes', outcome, ...all, ...(need !== undefined && { need }) },
  ];
}

function byPeople({ truth: test, alpha }: ShadowStep, tally: TruthTally): readonly Finding[] {
  if (!test) return [];
  return [{ kind: 'truth', outcome: truthOutcome(tally.sample, test, alpha), tally, test, alpha }];
}

/** Judges a step of live traffic by the two versions' counts over the same minutes. */
export function judgeWeight(
  step: WeightStep,
  { live, candidate, elapsedMs, usual, carried, coldStarts }: TrafficEvidence,
): Verdict {
  const { errorRate, rejectionRate, latency } = step.tests;
  const both = (tallyOf: (counts: VersionCounts) => Tally) => ({ candidate: tallyOf(candidate), live: tallyOf(live) });
  return verdictOf([
    ...difference(step, 'errorRate', errorRate, withUsual(both(failuresOf), usual?.failures), carried?.errorRate),
    ...difference(
      step,
      'rejectionRate',
      rejectionRate,
      withUsual(both(rejectionsOf), usual?.rejections),
      carried?.rejectionRate,
    ),
    ...difference(step, 'latency', latency, withUsual(both(slowOf), usualSlow(step)), carried?.latency),
    ...judgeColdStarts(step.coldStart, coldStarts),
    enough('requests', acceptedOf(candidate), step.minRequests),
    enough('ms', elapsedMs, step.leastMs),
  ]);
}

/** The candidate's counts of a bake. */
export type BakeEvidence = Pick<TrafficEvidence, 'candidate' | 'elapsedMs' | 'usual' | 'coldStarts'>;

/** Judges a bake, where all traffic is the candidate's: by limits, and by the rejections of the day before. */
export function judgeBake(step: BakeStep, { candidate, elapsedMs, usual, coldStarts }: BakeEvidence): Verdict {
  const { errorRate, rejectionRate, latency } = step.tests;
  const rejections = { candidate: rejectionsOf(candidate), live: usual?.rejections ?? { trials: 0, hits: 0 } };
  return verdictOf([
    ...mean(step, 'errorRate', errorRate, sampleOfTally(failuresOf(candidate)), 'requests'),
    ...difference(step, 'rejectionRate', rejectionRate, rejections),
    ...mean(step, 'latency', latency, sampleOfTally(slowOf(candidate)), 'requests'),
    ...judgeColdStarts(step.coldStart, coldStarts),
    enough('requests', acceptedOf(candidate), step.minRequests),
    enough('ms', elapsedMs, step.leastMs),
  ]);
}

function withUsual(counts: TwoTallies, usual: Tally | undefined): TwoTallies {
  return usual && usual.trials > 0 ? { ...counts, usual } : counts;
}

function enough(of: 'pictures' | 'requests' | 'ms', have: number, need: number): Finding {
  return { kind: 'enough', outcome: have >= need ? 'promote' : 'hold', of, have, need };
}

function difference(
  { alpha }: JudgedStep,
  gate: Gate,
  test: DifferenceTest | undefined,
  counts: TwoTallies,
  carried: Carried = NOTHING_CARRIED,
): readonly Finding[] {
  if (!test) return [];
  const finding: Finding = {
    kind: 'difference',
    gate,
    outcome: differenceOutcome(counts, carried, test, alpha),
    counts,
    ...(carried !== NOTHING_CARRIED && { carried }),
    test,
    alpha,
  };
  return [finding, ...limit(alpha, gate, test.limit, counts)];
}

/** The outcome of a comparison with live, by these counts. */
export function differenceOutcome(counts: TwoTallies, carried: Carried, test: DifferenceTest, alpha: Alpha): Outcome {
  const proof = {
    worse: () => evidenceWorse(counts, test.tolerance),
    within: () => evidenceWithin(counts, carried, test, alpha.promote),
  };
  return outcomeOf(proof, alpha);
}

/** The smaller of two proofs: the margin by all evidence, and the one of live requests by those alone. */
function evidenceWithin(counts: TwoTallies, carried: Carried, test: DifferenceTest, alpha: number): number {
  const { margin, liveMargin = margin } = test;
  const inAll = evidenceNotWorseInAll(counts, carried, margin, alpha);
  if (!carried.replays) return inAll;
  return Math.min(inAll, evidenceNotWorseInAll(counts, liveTrafficOf(carried), liveMargin, alpha));
}

/**
 * A version that fails alike with live is not condemned by a common outage, nor promoted during it; one that mends half
 * of what live fails goes on. Without a request to live nothing can be compared, so the limit alone decides.
 */
function limit(alpha: Alpha, gate: Gate, most: number | undefined, counts: TwoTallies): readonly Finding[] {
  if (most === undefined) return [];
  return [{ kind: 'limit', gate, outcome: limitOutcome(alpha, most, counts), counts, limit: most, alpha }];
}

/** The outcome of a limit of the candidate's own rate, by these counts. */
export function limitOutcome(alpha: Alpha, most: number, counts: TwoTallies): Outcome {
  const { hits, trials } = counts.candidate;
  if (!proves(evidenceAbove(sampleOfHits(hits, trials), most), alpha.rollback)) return 'promote';
  if (counts.live.trials === 0 || proves(evidenceWorse(counts, 0), alpha.rollback)) return 'roll back';
  return proves(evidenceNotWorse(counts, 0), alpha.promote) ? 'promote' : 'hold';
}

function sampleOfTally({ trials, hits }: Tally): Sample {
  return sampleOfHits(hits, trials);
}
