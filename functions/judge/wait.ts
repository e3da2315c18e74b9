/**
 * What a step waits for and for how long, if requests, pictures and decisions go on as they come now: codes and
 * numbers. `explain-wait.ts` makes the sentence. Pure.
 */

import { expectedRates, fewestMore } from '../evidence/foretold.ts';
import type { JudgedStep, Step } from '../plan/steps.ts';
import type { Decision } from './decide.ts';
import type { Finding, Outcome, Verdict } from './finding.ts';
import { type Growth, LEAST_DECISIONS, type Need, needOf, type Outlook, outlookOf } from './needs.ts';
import type { Observations } from './observations.ts';
import { countAfter, minutesUntil, type Rates, ratesOf } from './rates.ts';
import { NO_PICTURES } from './shadow-tally.ts';
import { isOver } from './state.ts';

/** A need with its time. */
export interface TimedNeed extends Need {
  /** Minutes from now; absent: not in sight, or the rate is not known. */
  readonly minutes?: number;
}

/** Codes of obstacles. */
export const OBSTACLES = [
  'no-verdict',
  'few-scenes',
  'few-decisions',
  'no-traffic',
  'max-pictures',
  'max-hold',
  'cold-starts',
  'held',
] as const;

/**
 * Why no verdict is foretold, or none in time. `no-verdict`: the numbers are too near to a limit. `few-decisions`: too
 * few to foretell how many more. `few-scenes`: the same pictures come again and again. `no-traffic`: nothing comes
 * that could be counted. `max-pictures`: the shadow has no pictures left before. `max-hold`: the alarm comes before.
 * `cold-starts`: they take longer than allowed. `held`: an operator holds the rollout.
 */
export type Obstacle = (typeof OBSTACLES)[number];

/** What a step waits for. JSON. */
export interface Wait {
  /** What is not proven yet; what takes longest comes first. */
  readonly needs: readonly TimedNeed[];
  /** The verdict in sight. */
  readonly expected?: Exclude<Outcome, 'hold'>;
  /** Minutes until then; absent: no verdict is in sight. */
  readonly etaMinutes?: number;
  readonly obstacle?: Obstacle;
}

/** What the step still has. */
export interface Limits {
  /** Minutes until the alarm. */
  readonly alarmMinutes: number;
  /** Pictures that a shadow may still replay. */
  readonly picturesLeft: number;
}

/**
 * What a step waits for.
 * @returns undefined where its verdict does not hold, or rests on no numbers; or on labels, whose sentence says it
 */
export function waitOf(step: JudgedStep, verdict: Verdict, rates: Rates, limits: Limits): Wait | undefined {
  const { outcome, findings } = verdict;
  const growth = growthOf(step, findings);
  const outlooks = findings.flatMap((finding) => outlookOf(finding, growth) ?? []);
  const byLabels = findings.some(({ kind }) => kind === 'labels');
  if (outcome !== 'hold' || outlooks.length === 0 || byLabels) return undefined;
  const needs = outlooks
    .filter((outlook) => outlook.outcomeAfter(0) === 'hold')
    .map((outlook) => timed(outlook, rates));
  const wait = { needs: needs.toSorted((a, b) => lengthOf(b) - lengthOf(a)), ...verdictIn(outlooks, rates) };
  const obstacle = (wait.expected !== 'roll back' && stoppedBy(findings)) || obstacleOf(wait, limits);
  return { ...wait, ...(obstacle && { obstacle }) };
}

function growthOf(step: JudgedStep, findings: readonly Finding[]): Growth {
  let [accepted, pictures] = [1, 0];
  for (const finding of findings) {
    if (finding.kind === 'enough' && finding.of === 'pictures') pictures = finding.have;
    if (finding.kind !== 'difference' || finding.gate !== 'rejectionRate') continue;
    accepted = Math.max(0.001, 1 - expectedRates(finding.counts, 0)[0]);
  }
  const livePerCandidate = step.kind === 'weight' ? (100 - step.percent) / step.percent : 0;
  return { livePerCandidate, accepted, pictures };
}

function timed(outlook: Outlook, rates: Rates): TimedNeed {
  const need = needOf(outlook);
  const minutes = need.more === undefined ? undefined : minutesUntil(need.unit, need.more, rates);
  return { ...need, ...(minutes !== undefined && { minutes }) };
}

/** For the order: those without an end come first. */
function lengthOf({ minutes = Number.POSITIVE_INFINITY }: TimedNeed): number {
  return Math.min(minutes, Number.MAX_SAFE_INTEGER);
}

/** Beyond 90 days, no verdict is in sight. */
const MOST_MINUTES = 90 * 1440;

/** The first minute at which the findings together are a verdict. */
function verdictIn(outlooks: readonly Outlook[], rates: Rates): Pick<Wait, 'expected' | 'etaMinutes'> {
  const verdictAfter = (minutes: number): Outcome => {
    const outcomes = outlooks.map((each) =>
      each.outcomeAfter(Math.floor(countAfter(each.unit, minutes, rates) + 1e-9)),
    );
    if (outcomes.includes('roll back')) return 'roll back';
    return outcomes.includes('hold') ? 'hold' : 'promote';
  };
  const etaMinutes = fewestMore((minutes) => verdictAfter(minutes) !== 'hold', MOST_MINUTES);
  if (etaMinutes === undefined) return {};
  return { etaMinutes, expected: verdictAfter(etaMinutes) as Exclude<Outcome, 'hold'> };
}

/** What keeps a rollout where it is, whatever else is proven: only an operator ends it. */
function stoppedBy(findings: readonly Finding[]): 'held' | 'cold-starts' | undefined {
  if (findings.some((finding) => finding.kind === 'event' && finding.event === 'held')) return 'held';
  return findings.some(({ kind, outcome }) => kind === 'coldStart' && outcome === 'hold') ? 'cold-starts' : undefined;
}

function obstacleOf({ needs, expected, etaMinutes }: Wait, limits: Limits): Obstacle | undefined {
  if (etaMinutes !== undefined) {
    const pictures = Math.max(0, ...needs.map(({ unit, more = 0 }) => (unit === 'pictures' ? more : 0)));
    if (expected === 'promote' && pictures > limits.picturesLeft) return 'max-pictures';
    return etaMinutes > limits.alarmMinutes ? 'max-hold' : undefined;
  }
  if (needs.some(({ of, more }) => of === 'scenes' && more === undefined)) return 'few-scenes';
  if (needs.some(({ more, have = LEAST_DECISIONS }) => more === undefined && have < LEAST_DECISIONS)) {
    return 'few-decisions';
  }
  return needs.some(({ more, minutes }) => more !== undefined && minutes === undefined) ? 'no-traffic' : 'no-verdict';
}

/**
 * What a rollout waits for after a tick.
 * @param step the step that was judged
 * @returns undefined where the verdict does not hold, or rests on no numbers
 */
export function waitOfTick(
  step: Step | undefined,
  { state, verdict }: Pick<Decision, 'state' | 'verdict'>,
  observed: Observations,
): Wait | undefined {
  if (!step || !('alpha' in step) || isOver(state)) return undefined;
  const { now, shadow = NO_PICTURES } = observed;
  const alarmMs = state.status === 'running' ? state.waitingSince + step.maxHoldMs - now : Number.POSITIVE_INFINITY;
  const picturesLeft = step.kind === 'shadow' ? step.maxPictures - shadow.pictures : Number.POSITIVE_INFINITY;
  return waitOf(step, verdict, ratesOf(step, state, observed), { alarmMinutes: alarmMs / 60_000, picturesLeft });
}
