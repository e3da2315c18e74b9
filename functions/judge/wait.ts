/**
 * What a step waits for and for how long, if requests, pictures and decisions go on as they come now: codes and
 * numbers. `explain-wait.ts` makes the sentence. Pure.
 */

import { expectedRates, fewestMore } from '../evidence/foretold.ts';
import type { JudgedStep } from '../plan/steps.ts';
import type { Finding, Outcome, Verdict } from './finding.ts';
import { type Growth, LEAST_DECISIONS, type Need, needOf, type Outlook, outlookOf } from './needs.ts';
import { countAfter, minutesUntil, type Rates } from './rates.ts';

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
  'few-photos',
  'no-traffic',
  'max-pictures',
  'max-hold',
  'cold-starts',
  'drift',
  'held',
] as const;

/**
 * Why no verdict is foretold, or none in time. `no-verdict`: the numbers are too near to a limit. `few-decisions`: too
 * few to foretell how many more. `few-photos`: the labelled set is too small. `few-scenes`: the same pictures come
 * again and again. `no-traffic`: nothing comes that could be counted, or too little. `max-pictures`: the shadow has no
 * pictures left before. `max-hold`: the alarm comes before. `cold-starts`: they take longer than allowed. `drift`: the
 * pictures have changed, and an operator decides. `held`: an operator holds the rollout.
 */
export type Obstacle = (typeof OBSTACLES)[number];

/** What has come in a step so far. */
export interface Came {
  /** Requests of both versions, or pictures of a shadow. */
  readonly count: number;
  readonly minutes: number;
}

/** The steps after this one that are judged by numbers. */
export interface After {
  readonly steps: number;
  /** From now until the end of the rollout; absent: not foretold. */
  readonly minutes?: number;
}

/** What a step waits for. JSON. */
export interface Wait {
  /** What is not proven yet; what takes longest comes first. */
  readonly needs: readonly TimedNeed[];
  /** The verdict in sight. */
  readonly expected?: Exclude<Outcome, 'hold'>;
  /** Minutes until then, or until a labelled set is answered; absent: no verdict is in sight. */
  readonly etaMinutes?: number;
  readonly obstacle?: Obstacle;
  /** Only with `no-traffic`; absent: not known. */
  readonly came?: Came;
  /** Only where the step is expected to promote, and others follow. */
  readonly after?: After;
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
 * @returns undefined where its verdict does not hold, or rests on no numbers, as where a labelled set cannot be read
 */
export function waitOf(step: JudgedStep, verdict: Verdict, rates: Rates, limits: Limits): Wait | undefined {
  const { outcome, findings } = verdict;
  const growth = growthOf(step, findings);
  const outlooks = findings.flatMap((finding) => outlookOf(finding, growth) ?? []);
  const isUnreadable = findings.some((finding) => finding.kind === 'labels' && finding.tally.problem);
  if (outcome !== 'hold' || outlooks.length === 0 || isUnreadable) return undefined;
  const needs = outlooks
    .filter((outlook) => outlook.outcomeAfter(0) === 'hold')
    .map((outlook) => timed(outlook, rates));
  const wait = { needs: needs.toSorted(byLength), ...verdictIn(outlooks, rates) };
  const stopped = wait.expected === 'roll back' ? undefined : stoppedBy(findings);
  const labelled = outlooks.find(({ of }) => of === 'labels');
  if (labelled) return withObstacle(inSet(wait, labelled, rates), stopped ?? obstacleInSet(wait, labelled));
  return withObstacle(wait, stopped ?? obstacleOf(wait, limits));
}

function withObstacle(wait: Wait, obstacle: Obstacle | undefined): Wait {
  return obstacle ? { ...wait, obstacle } : wait;
}

/** With few blocks, and where the set is too small, the time is that until the set is answered. */
function inSet(wait: Wait, { have = 0, left = 0 }: Outlook, rates: Rates): Wait {
  if (have >= LEAST_DECISIONS && wait.etaMinutes !== undefined) return wait;
  const minutes = left > 0 ? minutesUntil('photos', left, rates) : undefined;
  return { needs: wait.needs, ...(minutes !== undefined && { etaMinutes: minutes }) };
}

/** A set that is too small stays so: its photos are all that will come. */
function obstacleInSet({ needs }: Wait, { left = 0 }: Outlook): Obstacle | undefined {
  if (left > 0) return undefined;
  const isEqual = needs.some(({ more, have = 0 }) => more === undefined && have >= LEAST_DECISIONS);
  return isEqual ? 'no-verdict' : 'few-photos';
}

function growthOf(step: JudgedStep, findings: readonly Finding[]): Growth {
  let [accepted, pictures] = [1, 0];
  for (const finding of findings) {
    if (finding.kind === 'scenes') pictures = finding.pictures;
    if (finding.kind !== 'difference' || finding.gate !== 'rejectionRate') continue;
    accepted = Math.max(0.001, 1 - expectedRates(finding.counts, 0)[0]);
  }
  const livePerCandidate = step.kind === 'weight' ? (100 - step.percent) / step.percent : 0;
  return { livePerCandidate, accepted, pictures };
}

function timed(outlook: Outlook, rates: Rates): TimedNeed {
  const need = needOf(outlook);
  const minutes = minutesUntil(need.unit, need.more ?? Number.POSITIVE_INFINITY, rates);
  return { ...need, ...(minutes !== undefined && { minutes }) };
}

/** The longest first; without times, that of the largest number. Those without an end come before. */
function byLength(a: TimedNeed, b: TimedNeed): number {
  const most = Number.MAX_SAFE_INTEGER;
  return (b.minutes ?? most) - (a.minutes ?? most) || (b.more ?? most) - (a.more ?? most);
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
function stoppedBy(findings: readonly Finding[]): 'held' | 'drift' | 'cold-starts' | undefined {
  const events = findings.flatMap((finding) => (finding.kind === 'event' ? [finding.event] : []));
  if (events.includes('held')) return 'held';
  if (events.includes('drift')) return 'drift';
  return findings.some(({ kind, outcome }) => kind === 'coldStart' && outcome === 'hold') ? 'cold-starts' : undefined;
}

function obstacleOf({ needs, expected, etaMinutes }: Wait, limits: Limits): Obstacle | undefined {
  if (etaMinutes !== undefined) {
    const pictures = Math.max(0, ...needs.map(({ unit, more = 0 }) => (unit === 'pictures' ? more : 0)));
    if (expected === 'promote' && pictures > limits.picturesLeft) return 'max-pictures';
    return etaMinutes > limits.alarmMinutes ? 'max-hold' : undefined;
  }
  if (needs.some(({ of, more }) => of === 'scenes' && more === undefined)) return 'few-scenes';
  if (needs.some(({ have = LEAST_DECISIONS }) => have < LEAST_DECISIONS)) return 'few-decisions';
  const isForetold = needs.every(({ more }) => more !== undefined);
  const isWithoutTime = needs.some(({ more, minutes }) => more !== undefined && minutes === undefined);
  return isForetold || isWithoutTime ? 'no-traffic' : 'no-verdict';
}
