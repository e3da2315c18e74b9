/**
 * What a verdict that holds waits for: how many more requests, pictures or decisions of the expected kind each finding
 * needs until it is proven, by the code that judges. Pure.
 */

import type { Sample } from '../evidence/bounded-mean.ts';
import { NOTHING_CARRIED } from '../evidence/carried.ts';
import { type Expected, expectedRates, fewestMore, withMore } from '../evidence/foretold.ts';
import type { Tally } from '../evidence/tally.ts';
import type { TwoTallies } from '../evidence/two-rates.ts';
import { expectedSample, moreValues } from './expected-values.ts';
import { replaysOutcome } from './failed-replays.ts';
import type { Finding, FindingOf, Gate, Outcome } from './finding.ts';
import { meanOutcome } from './proof.ts';
import { judgedOf, truthOutcome } from './truth.ts';
import { differenceOutcome, limitOutcome } from './verdict.ts';

/** What has to come. `minutes`: time alone. Pictures include repeated ones. `photos`: of a labelled set. */
export type Unit = 'requests' | 'pictures' | 'photos' | 'decisions' | 'minutes';

/**
 * What a finding measures: a gate, or `people` (their decisions), `labels` (known truth), `limit` (of errors, which
 * both exceed), `least` (a minimum of the step), `scenes` (different ones).
 */
export const MEASURES = [
  'agreement',
  'countError',
  'errorRate',
  'rejectionRate',
  'latency',
  'people',
  'labels',
  'limit',
  'least',
  'scenes',
] as const satisfies readonly (Gate | 'people' | 'labels' | 'limit' | 'least' | 'scenes')[];

/** What one finding waits for. JSON. */
export interface Need {
  readonly of: (typeof MEASURES)[number];
  readonly unit: Unit;
  /** How many more, if they are like those so far; absent: no proof is in sight. */
  readonly more?: number;
  /** What is proven then; absent: no proof is in sight. */
  readonly expected?: Exclude<Outcome, 'hold'>;
  /** Share that is expected of the candidate and of live, 0–1; absent: the measure is no rate of both. */
  readonly shares?: { readonly candidate: number; readonly live: number };
  /** Only of `people` and `labels`: decisions so far, or blocks. */
  readonly have?: number;
  /** Only of `labels`: photos of the set that are not answered yet. */
  readonly left?: number;
}

/** Fewer decisions, or blocks, than these foretell nothing. */
export const LEAST_DECISIONS = 5;

/** How the findings of a step grow. */
export interface Growth {
  /** Live requests for each request of the candidate: 0 where the candidate gets all of them. */
  readonly livePerCandidate: number;
  /** Share of the candidate's requests that it accepts, over 0, at most 1. */
  readonly accepted: number;
  /** Pictures of the shadow so far; 0: none, or no shadow. */
  readonly pictures: number;
}

/** A finding at a later time: its outcome with so many more requests (of the candidate), pictures or decisions. */
export interface Outlook extends Pick<Need, 'of' | 'unit' | 'shares' | 'have' | 'left'> {
  readonly outcomeAfter: (more: number) => Outcome;
}

/** The outlook of a finding. @returns undefined for events and cold starts, which nothing expected changes */
export function outlookOf(finding: Finding, growth: Growth): Outlook | undefined {
  switch (finding.kind) {
    case 'difference': {
      const { carried = NOTHING_CARRIED, test, alpha } = finding;
      return ratesOutlook(finding, growth, (counts) => differenceOutcome(counts, carried, test, alpha));
    }
    case 'limit':
      return limitOutlook(finding, growth);
    case 'mean':
      return meanOutlook(finding, growth);
    case 'truth':
      return truthOutlook(finding);
    case 'enough':
      return enoughOutlook(finding, growth);
    case 'scenes':
      return scenesOutlook(finding);
    case 'labels':
      return labelsOutlook(finding);
    case 'coldStart':
    case 'event':
      return undefined;
  }
}

/** The first proof of an outlook. */
export function needOf({ outcomeAfter, ...what }: Outlook): Need {
  const more = fewestMore((count) => outcomeAfter(count) !== 'hold');
  if (more === undefined) return what;
  const { have = LEAST_DECISIONS } = what;
  const expected = outcomeAfter(more) as Exclude<Outcome, 'hold'>;
  return { ...what, more, ...(have >= LEAST_DECISIONS && { expected }) };
}

/** Share of slow requests where none is known: a few. */
export const SLOW_BY_DEFAULT = 0.05;

function ratesOutlook(
  { gate, counts }: Pick<FindingOf<'difference'>, 'gate' | 'counts'>,
  { livePerCandidate, accepted }: Growth,
  outcome: (counts: TwoTallies) => Outcome,
): Outlook {
  const [candidate, live] = expectedRates(counts, gate === 'latency' ? SLOW_BY_DEFAULT : 0);
  const expected: Expected = { candidate, live, livePerCandidate };
  const trials = gate === 'rejectionRate' ? 1 : accepted;
  return {
    of: gate,
    unit: 'requests',
    shares: { candidate, live },
    outcomeAfter: (more) => outcome(withMore(counts, expected, more * trials)),
  };
}

function limitOutlook(finding: FindingOf<'limit'>, growth: Growth): Outlook {
  const { alpha, limit } = finding;
  return { ...ratesOutlook(finding, growth, (counts) => limitOutcome(alpha, limit, counts)), of: 'limit' };
}

function meanOutlook(finding: FindingOf<'mean'>, growth: Growth): Outlook {
  const { gate, sample, things, live, test, alpha } = finding;
  const expected = expectedSample(gate, sample);
  const values = things === 'pictures' ? valuesPerPicture(sample, growth) : growth.accepted;
  const outcome = (later: Sample) =>
    live ? replaysOutcome(tallyOf(later), live, finding) : meanOutcome(later, test, alpha);
  return {
    of: gate,
    unit: things,
    outcomeAfter: (more) => outcome(moreValues(sample, expected, more * values)),
  };
}

/** Values 0 and 1 as hits. */
function tallyOf(sample: Sample): Tally {
  const sum = (weight: (value: number) => number) =>
    sample.reduce((total, [value, times]) => total + weight(value) * times, 0);
  return { trials: sum(() => 1), hits: sum((value) => value) };
}

/** Not every picture has a value: one without objects says nothing about agreement. */
function valuesPerPicture(sample: Sample, { pictures }: Growth): number {
  const values = sample.reduce((sum, [, times]) => sum + times, 0);
  return values === 0 || pictures === 0 ? 1 : values / pictures;
}

function truthOutlook({ tally, test, alpha, outcome }: FindingOf<'truth'>): Outlook {
  const judged = judgedOf(tally.sample);
  const expected: Sample = tally.sample.map(([value, times]) => [value, times / judged]);
  return {
    of: 'people',
    unit: 'decisions',
    have: judged,
    outcomeAfter: (more) =>
      judged < LEAST_DECISIONS ? outcome : truthOutcome(moreValues(tally.sample, expected, more), test, alpha),
  };
}

function enoughOutlook({ of, have, need }: FindingOf<'enough'>, { accepted }: Growth): Outlook {
  const lacking = (need - have) / (of === 'ms' ? 60_000 : accepted);
  return {
    of: 'least',
    unit: of === 'ms' ? 'minutes' : of,
    outcomeAfter: (more) => (more >= lacking ? 'promote' : 'hold'),
  };
}

/** With fewer blocks, the whole set is waited for: what it proves is not foretold. */
function labelsOutlook({ tally, test, alpha }: FindingOf<'labels'>): Outlook {
  const { sample, photos, done, skipped } = tally;
  const [blocks, left] = [judgedOf(sample), photos - done];
  const expected: Sample = sample.map(([value, times]) => [value, times / (done - skipped)]);
  const outcomeAfter = (more: number): Outcome => {
    const isAnswered = more >= left;
    if (blocks < LEAST_DECISIONS) return isAnswered && left > 0 ? 'promote' : 'hold';
    const proven = truthOutcome(moreValues(sample, expected, more), test, alpha);
    return proven === 'promote' && !isAnswered ? 'hold' : proven;
  };
  return { of: 'labels', unit: 'photos', have: blocks, left, outcomeAfter };
}

/** Below this share of new scenes, the same pictures come again and again: how many scenes are left is not known. */
const LEAST_NEW = 0.2;

function scenesOutlook({ pictures, scenes, need = 0 }: FindingOf<'scenes'>): Outlook {
  const share = pictures === 0 ? 1 : scenes / pictures;
  const lacking = share < LEAST_NEW ? Number.POSITIVE_INFINITY : (need - scenes) / share;
  return {
    of: 'scenes',
    unit: 'pictures',
    outcomeAfter: (more) => (scenes >= need || more >= lacking ? 'promote' : 'hold'),
  };
}
