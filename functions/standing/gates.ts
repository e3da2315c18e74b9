/** The last tick's findings, with their numbers and limits. */

import type { GateStanding } from '../api/status-schemas.ts';
import { leastMean, meanOf, mostMean, type Sample } from '../evidence/bounded-mean.ts';
import { mostDifferenceInAll, NOTHING_CARRIED } from '../evidence/carried.ts';
import type { Tally } from '../evidence/tally.ts';
import { leastDifference } from '../evidence/two-rates.ts';
import { explainFinding } from '../judge/explain.ts';
import type { Finding, FindingOf, Gate } from '../judge/finding.ts';
import { sampleOfHits } from '../judge/shadow-tally.ts';

type Bounds = NonNullable<GateStanding['bounds']>;

const SUBJECTS: Readonly<Record<Gate, string>> = {
  agreement: 'disagreement',
  countError: 'count error',
  errorRate: 'errors',
  rejectionRate: 'rejections',
  latency: 'slow answers',
};

/** Each finding in the form of the status API. @param endpoint its name */
export function gatesOf(findings: readonly Finding[], endpoint?: string): GateStanding[] {
  return findings.map((finding) => ({
    outcome: finding.outcome,
    words: explainFinding(finding, endpoint),
    ...partOf(finding),
  }));
}

function partOf(finding: Finding): Omit<GateStanding, 'outcome' | 'words'> {
  switch (finding.kind) {
    case 'event':
      return { subject: 'event' };
    case 'coldStart':
      return { subject: 'cold starts' };
    case 'enough': {
      const { have, need, of: unit } = finding;
      return { subject: unit === 'ms' ? 'time' : unit, progress: { have, need, unit } };
    }
    case 'scenes': {
      const { scenes: have, need } = finding;
      return { subject: 'scenes', ...(need !== undefined && { progress: { have, need, unit: 'scenes' as const } }) };
    }
    case 'mean':
      return { subject: SUBJECTS[finding.gate], bounds: rounded(boundsOfMean(finding)) };
    case 'truth':
      return { subject: 'more count error than live, by people', bounds: rounded(boundsOfTruth(finding)) };
    case 'labels': {
      const subject = finding.tally.measure === 'ap50' ? 'less AP50' : 'more count error';
      return { subject: `${subject} than live, by labels`, bounds: rounded(boundsOfTruth(finding)) };
    }
    case 'limit':
      return { subject: `${SUBJECTS[finding.gate]} of the candidate`, bounds: rounded(boundsOfLimit(finding)) };
    case 'difference':
      return { subject: `more ${SUBJECTS[finding.gate]} than live`, bounds: rounded(boundsOfDifference(finding)) };
  }
}

function boundsOfMean({ sample, test, alpha }: FindingOf<'mean'>): Bounds {
  return {
    ...intervalOf(sample, alpha),
    promotes_below: test.margin,
    rolls_back_above: test.tolerance,
  };
}

/** Mean error of the candidate minus that of live; or AP50 of live minus that of the candidate. */
function boundsOfTruth({ tally, test, alpha }: FindingOf<'truth' | 'labels'>): Bounds {
  const value = meanOf(tally.sample);
  const { margin = 0 } = test;
  return {
    ...(value !== undefined && { value: 1 - 2 * value }),
    at_least: 1 - 2 * mostMean(tally.sample, alpha.rollback),
    at_most: 1 - 2 * leastMean(tally.sample, alpha.promote),
    promotes_below: margin,
    rolls_back_above: margin,
  };
}

function boundsOfLimit({ counts, limit, alpha }: FindingOf<'limit'>): Bounds {
  const { hits, trials } = counts.candidate;
  return { ...intervalOf(sampleOfHits(hits, trials), alpha), rolls_back_above: limit };
}

function intervalOf(sample: Sample, alpha: FindingOf<'mean'>['alpha']): Pick<Bounds, 'value' | 'at_least' | 'at_most'> {
  const value = meanOf(sample);
  return {
    ...(value !== undefined && { value }),
    at_least: leastMean(sample, alpha.rollback),
    at_most: mostMean(sample, alpha.promote),
  };
}

/** The candidate's rate minus live's. */
function boundsOfDifference({ counts, carried = NOTHING_CARRIED, test, alpha }: FindingOf<'difference'>): Bounds {
  const [candidate, live] = [rateOf(counts.candidate), rateOf(counts.live)];
  return {
    ...(candidate !== undefined && live !== undefined && { value: candidate - live }),
    at_least: leastDifference(counts, alpha.rollback),
    at_most: mostDifferenceInAll(counts, carried, alpha.promote),
    promotes_below: test.margin,
    rolls_back_above: test.tolerance,
  };
}

function rateOf({ hits, trials }: Tally): number | undefined {
  return trials === 0 ? undefined : hits / trials;
}

/** So that rounding errors do not differ between two reads. */
function rounded(bounds: Bounds): Bounds {
  return Object.fromEntries(
    Object.entries(bounds).map(([name, value]) => [name, Number(value.toFixed(5))]),
  ) as unknown as Bounds;
}
