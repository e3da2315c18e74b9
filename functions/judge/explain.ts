/** A verdict's arithmetic in words. Bounds are rounded in the direction that claims less. */

import { leastMean, meanOf, mostMean, type Sample } from '../evidence/bounded-mean.ts';
import { type Carried, liveTrafficOf, mostDifferenceInAll, NOTHING_CARRIED } from '../evidence/carried.ts';
import type { Tally } from '../evidence/tally.ts';
import { leastDifference } from '../evidence/two-rates.ts';
import { counted } from '../plan/counted.ts';
import { inWords } from '../plan/duration.ts';
import { explainColdStarts } from './explain-cold-start.ts';
import { explainEvent } from './explain-event.ts';
import { explainLabels } from './explain-labels.ts';
import { moreOrLess } from './explain-objects.ts';
import { explainTruth } from './explain-truth.ts';
import type { Finding, FindingOf, Gate, Verdict } from './finding.ts';
import { sampleOfHits } from './shadow-tally.ts';

const ANY = '<endpoint>';

/**
 * The verdict in words: the findings that decided it. For a rollback those that prove a fault, for a hold those that
 * are not proven yet and what people decided, for a promotion all of them.
 * @param endpoint its name, for commands in the words; default: a placeholder
 */
export function explain({ outcome, findings }: Verdict, endpoint = ANY): string {
  const deciding = findings.filter(
    (finding) =>
      finding.outcome === outcome || isRepetitive(finding) || (outcome === 'hold' && finding.kind === 'truth'),
  );
  if (deciding.length === 0) return 'nothing to judge yet';
  return isBeforePictures(deciding) ? explainBeforePictures(deciding) : sentences(deciding, endpoint).join('; ');
}

function sentences(findings: readonly Finding[], endpoint = ANY): string[] {
  return findings.map((finding) => explainFinding(finding, endpoint));
}

/** A shadow that has looked at no picture. */
function isBeforePictures(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.kind === 'enough' && finding.of === 'pictures' && finding.have === 0);
}

/** One sentence for all measures: `no pictures yet: waits for at least 200 pictures, of at least 100 scenes` */
function explainBeforePictures(findings: readonly Finding[]): string {
  const needs = findings.flatMap((finding) => {
    if (finding.kind === 'enough') return [`at least ${counted(finding.need, 'pictures')}`];
    return finding.kind === 'scenes' && finding.need ? [`at least ${counted(finding.need, 'scenes')}`] : [];
  });
  const events = findings.filter(({ kind }) => kind === 'event');
  return [...sentences(events), `no pictures yet: waits for ${needs.join(', of ')}`].join('; ');
}

/** Repeated pictures explain a verdict, whichever it is. */
function isRepetitive(finding: Finding): boolean {
  return finding.kind === 'scenes' && finding.scenes < finding.pictures;
}

/** One finding in words: measure, comparison, limit. @param endpoint as of `explain` */
export function explainFinding(finding: Finding, endpoint = ANY): string {
  switch (finding.kind) {
    case 'difference':
      return hasRequests(finding) ? explainDifference(finding) : `no requests to judge ${GATES[finding.gate]} by yet`;
    case 'limit':
      return explainLimit(finding);
    case 'mean':
      return explainMean(finding, endpoint);
    case 'truth':
      return explainTruth(finding);
    case 'coldStart':
      return explainColdStarts(finding);
    case 'labels':
      return explainLabels(finding);
    case 'enough':
      return explainEnough(finding);
    case 'scenes':
      return explainScenes(finding);
    case 'event':
      return explainEvent(finding);
  }
}

/** Without requests, a hold has no numbers to show. */
function hasRequests({ outcome, counts }: FindingOf<'difference'>): boolean {
  return outcome !== 'hold' || counts.candidate.trials > 0;
}

function explainDifference(finding: FindingOf<'difference'>): string {
  const { gate, outcome, counts, carried, test, alpha } = finding;
  const { candidate, live } = counts;
  const measured = `${hitsOf(gate, candidate, 'requests')}, live ${live.hits} in ${live.trials}${rateOf(live)}`;
  if (outcome === 'roll back') {
    const least = points(leastDifference(counts, alpha.rollback), Math.floor);
    const bound = `at least ${least} worse than live ${certain(alpha.rollback)}`;
    return `${measured}: ${bound}, over the ${points(test.tolerance)} tolerated`;
  }
  const { margin, liveMargin = margin } = test;
  const against = outcome === 'promote' ? 'under' : 'not yet under';
  const inAll = mostDifferenceInAll(counts, carried ?? NOTHING_CARRIED, alpha.promote);
  if (outcome === 'hold' && inAll < margin) {
    const most = worseByAtMost(mostDifferenceInAll(counts, liveTrafficOf(carried ?? NOTHING_CARRIED), alpha.promote));
    const bound = `${most} ${certain(alpha.promote)}, ${against} the ${points(liveMargin)} allowed`;
    return `${measured}: without the replays ${bound}`;
  }
  const most = `${worseByAtMost(inAll)} ${certain(alpha.promote)}`;
  return `${measured}${beforeInWords(gate, carried)}: ${most}, ${against} the ${points(margin)} allowed`;
}

/** `, before that 0 errors in 46 requests and in 600 replays` */
function beforeInWords(gate: Gate, carried: Carried | undefined): string {
  const { earlier = [], replays } = carried ?? {};
  const trials = earlier.reduce((sum, { candidate }) => sum + candidate.trials, 0);
  const hits = earlier.reduce((sum, { candidate }) => sum + candidate.hits, 0);
  const parts = [
    ...(trials > 0 ? [hitsOf(gate, { trials, hits }, 'requests')] : []),
    ...(replays ? [`${replays.hits} failed of ${counted(replays.trials, 'replays')}`] : []),
  ];
  return parts.length === 0 ? '' : `, before that ${parts.join(' and ')}`;
}

function worseByAtMost(difference: number): string {
  if (difference < 0) return `at least ${points(-difference, Math.floor)} better than live`;
  return `at most ${points(difference, Math.ceil)} worse than live`;
}

function explainLimit({ gate, outcome, counts, limit, alpha }: FindingOf<'limit'>): string {
  const { candidate, live } = counts;
  const measured = hitsOf(gate, candidate, 'requests');
  const beside = `${measured}, live ${live.hits} in ${live.trials}${rateOf(live)}`;
  if (outcome === 'hold') return `${beside}: both exceed the limit of ${percent(limit)}; waits until live is under it`;
  const atLeast = leastMean(sampleOfHits(candidate.hits, candidate.trials), alpha.rollback);
  if (outcome === 'promote') {
    if (atLeast <= limit) return `${measured}: not proven to be over the limit of ${percent(limit)}`;
    return `${beside}: over the limit of ${percent(limit)}, but better than live ${certain(alpha.promote)}`;
  }
  const least = percent(atLeast, Math.floor);
  return `${beside}: at least ${least} ${certain(alpha.rollback)}, over the limit of ${percent(limit)}`;
}

function explainMean(
  { gate, outcome, sample, things, objects, live, test, alpha }: FindingOf<'mean'>,
  endpoint: string,
): string {
  const mean = meanOf(sample);
  if (mean === undefined) return `no ${ofWhat(gate, things)} to judge ${GATES[gate]} by yet`;
  const dayBefore = live
    ? `, live ${live.hits} in ${counted(live.trials, 'requests')}${rateOf(live)} the day before`
    : '';
  const measured = `${meanInWords(gate, mean, sample, things)}${dayBefore}`;
  if (live && outcome === 'promote') return `${measured}: better than live ${certain(alpha.promote)}`;
  if (live && outcome === 'hold') {
    return `${measured}: not under the ${percent(test.margin)} allowed, and neither proven worse nor better than live`;
  }
  if (outcome === 'roll back') {
    const least = percent(leastMean(sample, alpha.rollback), Math.floor);
    const bound = `at least ${least} ${certain(alpha.rollback)}, over the ${percent(test.tolerance)} tolerated`;
    return `${measured}: ${bound}${objects ? moreOrLess(objects, endpoint) : ''}`;
  }
  const most = percent(mostMean(sample, alpha.promote), Math.ceil);
  const against = outcome === 'promote' ? 'under' : 'not yet under';
  return `${measured}: at most ${most} ${certain(alpha.promote)}, ${against} the ${percent(test.margin)} allowed`;
}

/** The measure of each gate. */
const GATES: Readonly<Record<Gate, string>> = {
  agreement: 'disagreement',
  countError: 'the count',
  errorRate: 'errors',
  rejectionRate: 'rejections',
  latency: 'latency',
};

const ADJECTIVES: Readonly<Partial<Record<Gate, string>>> = { rejectionRate: 'rejected', latency: 'slow' };

function ofWhat(gate: Gate, things: string): string {
  return gate === 'agreement' || gate === 'countError' ? `${things} with objects` : things;
}

function meanInWords(gate: Gate, mean: number, sample: Sample, things: 'pictures' | 'requests'): string {
  const trials = sample.reduce((sum, [, times]) => sum + times, 0);
  const many = counted(trials, ofWhat(gate, things));
  switch (gate) {
    case 'agreement':
      return `${percent(mean)} of the objects detected by only one of the two versions (mean of ${many})`;
    case 'countError':
      return `count differs by ${percent(mean)} (mean of ${many})`;
    case 'errorRate':
    case 'rejectionRate':
    case 'latency': {
      const hits = sample.reduce((sum, [value, times]) => sum + value * times, 0);
      return hitsOf(gate, { hits, trials }, things);
    }
  }
}

function explainEnough({ of, have, need }: FindingOf<'enough'>): string {
  if (of === 'ms') return `${inWords(have)} of at least ${inWords(need)}`;
  return atLeast(have, need, of);
}

function atLeast(have: number, need: number, things: string): string {
  return `${have} of at least ${counted(need, things)}`;
}

/** `500 pictures, 14 different ones, of 12 scenes: waits for at least 100 scenes` */
function explainScenes({ outcome, pictures, different, scenes, need }: FindingOf<'scenes'>): string {
  if (outcome === 'hold' && need !== undefined && scenes === pictures) return atLeast(scenes, need, 'scenes');
  const all = `${counted(pictures, 'pictures')}, ${counted(different, 'different ones')}`;
  const measured = `${all}, of ${counted(scenes, 'scenes')}`;
  if (need === undefined) return `${measured}: every picture counts`;
  return outcome === 'promote' ? measured : `${measured}: waits for at least ${counted(need, 'scenes')}`;
}

/** `7 errors in 52 requests (13.5 %)`, `1 rejected in 60 requests (1.7 %)`, `1 slow in 20 pictures (5 %)`. */
function hitsOf(gate: Gate, tally: Tally, things: 'pictures' | 'requests'): string {
  const adjective = ADJECTIVES[gate];
  const hits = adjective === undefined ? counted(tally.hits, 'errors') : `${tally.hits} ${adjective}`;
  return `${hits} in ${counted(tally.trials, things)}${rateOf(tally)}`;
}

function rateOf({ trials, hits }: Tally): string {
  return hits === 0 ? '' : ` (${percent(hits / trials)})`;
}

type Rounding = (value: number) => number;

/** A share in percent: one decimal, two under one percent. A share over 0 is never rounded to 0. */
function percent(share: number, rounding: Rounding = Math.round): string {
  const rounded = roundedPercent(share, rounding);
  return rounded === 0 && share > 0 && rounding === Math.round ? 'under 0.01 %' : `${rounded} %`;
}

/** A difference of shares in percentage points. */
function points(difference: number, rounding: Rounding = Math.round): string {
  const rounded = roundedPercent(difference, rounding);
  return `${rounded} ${rounded === 1 ? 'point' : 'points'}`;
}

function roundedPercent(share: number, rounding: Rounding): number {
  const scale = share < 0.01 ? 100 : 10;
  return rounding(exact(share * 100 * scale)) / scale;
}

/** `with 99.9 % certainty`. */
function certain(alpha: number): string {
  return `with ${Math.floor(exact((1 - alpha) * 10_000)) / 100} % certainty`;
}

/** Because shares such as 0.07 are not exact in binary, and 7 % would become 7.1 % when rounded up. */
function exact(value: number): number {
  return Number(value.toFixed(6));
}
