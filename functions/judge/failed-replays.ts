import { evidenceRateBelow } from '../evidence/one-rate.ts';
import type { Tally } from '../evidence/tally.ts';
import { evidenceNotWorse, evidenceWorse } from '../evidence/two-rates.ts';
import type { Alpha, MeanTest, ShadowStep } from '../plan/steps.ts';
import type { Finding, Outcome } from './finding.ts';
import { meanOutcome, proves } from './proof.ts';
import { type ShadowTally, sampleOfHits } from './shadow-tally.ts';

/** Replays that fail; compared with live where they are not few. @param live its requests of the day before */
export function failedReplays(
  { alpha, tests: { errorRate: test } }: ShadowStep,
  candidate: Tally,
  live?: Tally,
): readonly Finding[] {
  if (!test) return [];
  const sample = sampleOfHits(candidate.hits, candidate.trials);
  const finding = { kind: 'mean', gate: 'errorRate', sample, things: 'pictures', test, alpha } as const;
  const alone = meanOutcome(sample, test, alpha);
  if (!live || live.hits === 0 || alone === 'promote') return [{ ...finding, outcome: alone }];
  return [{ ...finding, outcome: replaysOutcome(candidate, live, finding), live }];
}

/**
 * The outcome beside a live version that fails, too: a candidate that fails less, as one that mends half of the errors,
 * goes on; one that fails alike waits.
 */
export function replaysOutcome(
  candidate: Tally,
  live: Tally,
  { test, alpha }: { readonly test: MeanTest; readonly alpha: Alpha },
): Outcome {
  const counts = { candidate, live };
  const alone = meanOutcome(sampleOfHits(candidate.hits, candidate.trials), test, alpha);
  if (alone === 'promote' || proves(evidenceNotWorse(counts, 0), alpha.promote)) return 'promote';
  return alone === 'roll back' && proves(evidenceWorse(counts, 0), alpha.rollback) ? 'roll back' : 'hold';
}

/** A shadow goes on to so many times its least pictures where few replays failed, as live requests prove it slower. */
const EXTENDED = 3;
/** With so many live requests a day, a canary proves it sooner. */
const BUSY_DAY = 1_000_000;

/**
 * More pictures than the least where that can prove the margin of the canaries: some replays failed, but so few that
 * the proof is likely to come.
 */
export function picturesNeeded(
  step: ShadowStep,
  { pictures, failures }: ShadowTally,
  usual: Tally | undefined,
): number {
  const { provesMargin = 0, alpha } = step;
  if (usual && usual.trials >= BUSY_DAY) return step.pictures;
  if (failures === 0 || failures / pictures >= provesMargin / 2) return step.pictures;
  const isProven = proves(evidenceRateBelow({ trials: pictures, hits: failures }, provesMargin), alpha.promote);
  return isProven ? step.pictures : Math.min(step.maxPictures, EXTENDED * step.pictures);
}
