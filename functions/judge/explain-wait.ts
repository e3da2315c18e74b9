/** The sentence about what a step waits for. */

import { counted } from '../plan/counted.ts';
import type { Need } from './needs.ts';
import type { Obstacle, TimedNeed, Wait } from './wait.ts';

/**
 * `Needs about 560 more requests of the candidate for errors, 2 h at this rate; before that, 40 for latency`; with the
 * reason and a remedy where no verdict comes by itself in time.
 */
export function explainWait(wait: Wait): string {
  const { needs, expected, etaMinutes, obstacle } = wait;
  const [last, ...others] = needs;
  if (obstacle === 'cold-starts') return SLOW_STARTS;
  if (!last) return obstacle === 'held' ? 'Held: goes on after resume' : 'Needs no more than the next tick';
  if (obstacle === 'held') return `Held: goes on after resume; the gates need ${needInWords(last)}`;
  const time = etaMinutes === undefined ? '' : `, ${roughly(etaMinutes)} at this rate`;
  if (obstacle && needs.some(({ of }) => of === 'limit')) return explainLimit(needs);
  if (expected === 'roll back') return `Rolls back after ${needInWords(decisive(needs) ?? last)}${time}`;
  const main = `${needInWords(last)}${last.unit === 'minutes' ? '' : time}`;
  if (obstacle)
    return `${REASONS[obstacle]}${whileBothFail(wait, obstacle)}: needs ${main}. ${remedyOf(last, obstacle)}`;
  const before = others.filter(({ more = 0 }) => more > 0).slice(0, MOST_SHOWN);
  return before.length === 0 ? `Needs ${main}` : `Needs ${main}; before that, ${before.map(shortly).join(', ')}`;
}

const SLOW_STARTS =
  'Cold starts take longer than allowed: goes on when their median is within it, or after promote; ' +
  'a wider coldStart in the plan helps the next version';

/** Needs that are shown besides the longest. */
const MOST_SHOWN = 2;

/** An outage of both. */
function explainLimit(needs: Wait['needs']): string {
  const share = needs.find(({ of }) => of === 'limit')?.shares?.live ?? 0;
  return `No verdict while both fail ${percent(share)}: goes on as soon as live fails less`;
}

/** `about 22 requests of the candidate for errors, 64 for latency`: what a step will need, without its time. */
export function needsInWords(needs: Wait['needs']): string {
  const [last, ...others] = needs.filter(({ more = 1 }) => more > 0);
  if (!last) return 'the next tick';
  const first = needInWords(last).replace(/ more(?=[ ,])/, '');
  return [first, ...others.slice(0, MOST_SHOWN).map(shortly)].join(', ');
}

/** A rollback needs only one proof: the first one. */
function decisive(needs: Wait['needs']): TimedNeed | undefined {
  const proofs = needs.filter((need) => need.expected === 'roll back');
  return proofs.toSorted((a, b) => (a.minutes ?? 0) - (b.minutes ?? 0))[0];
}

/** The measure of a need. */
const MEASURES: Readonly<Record<Need['of'], string>> = {
  agreement: 'agreement',
  countError: 'the count',
  errorRate: 'errors',
  rejectionRate: 'rejections',
  latency: 'latency',
  people: 'a verdict',
  limit: 'the limit of errors',
  least: 'the minimum of the step',
  scenes: 'different scenes',
};

/** What a need counts. */
const THINGS: Readonly<Record<Need['unit'], string>> = {
  requests: 'requests of the candidate',
  pictures: 'pictures',
  decisions: 'decisions of people',
  minutes: 'minutes',
};

function needInWords({ of, unit, more }: Need): string {
  if (unit === 'minutes') return `${roughly(more ?? 0)} more, the least time of the step`;
  if (more === undefined) return `more ${THINGS[unit]} for ${MEASURES[of]}`;
  return `about ${counted(rounded(more), THINGS[unit]).replace(' ', ' more ')} for ${MEASURES[of]}`;
}

function shortly({ of, unit, more = 0 }: Need): string {
  return unit === 'minutes' ? `${roughly(more)} of the least time` : `${rounded(more)} for ${MEASURES[of]}`;
}

const REASONS: Readonly<Record<Exclude<Obstacle, 'held' | 'cold-starts'>, string>> = {
  'no-verdict': 'No verdict in sight',
  'few-scenes': 'No time is foretold, because the same pictures come again and again',
  'few-decisions': 'No time is foretold before 5 decisions',
  'no-traffic': 'No time is foretold, because nothing comes',
  'max-pictures': 'No verdict within the pictures of this shadow (maxPictures)',
  'max-hold': 'No verdict before the alarm (maxHold)',
};

/** A smaller share is not what a proof takes long for. */
const LEAST_SHARE = 0.0005;
/** What requests of the gates that compare rates do. */
const VERBS: Readonly<Partial<Record<Need['of'], Readonly<Record<'both' | 'one', string>>>>> = {
  errorRate: { both: 'fail', one: 'fails' },
  rejectionRate: { both: 'reject', one: 'rejects' },
  latency: { both: 'are slow in', one: 'is slow in' },
};

/** ` while both fail 1 %`, where a proof takes long for that. */
function whileBothFail({ needs: [last] }: Wait, obstacle: Obstacle): string {
  const verb = last && VERBS[last.of];
  if (!verb || !last.shares || last.shares.live < LEAST_SHARE || obstacle === 'no-traffic') return '';
  const { candidate, live } = last.shares;
  const isAlike = Math.abs(candidate - live) < LITTLE * live;
  return isAlike
    ? ` while both ${verb.both} about ${percent(candidate)}`
    : ` while the candidate ${verb.one} about ${percent(candidate)}, live ${percent(live)}`;
}

/** A difference from live that is not told. */
const LITTLE = 0.3;

function remedyOf({ of, unit }: TimedNeed, obstacle: Exclude<Obstacle, 'held' | 'cold-starts'>): string {
  const judge = 'Let people judge: npm run rollout -- report <endpoint>';
  if (obstacle === 'few-decisions' || (obstacle === 'no-traffic' && unit === 'decisions')) return judge;
  if (obstacle === 'no-traffic') return 'Goes on with traffic; promote goes to the next step without it';
  if (obstacle === 'few-scenes') return 'Send other pictures, or declare repeats: "count" in the plan';
  if (of === 'people') return 'Both are about as near to the counts of people: promote or rollback decides';
  const later = obstacle === 'max-hold' ? 'Goes on by itself after the alarm, too; promote' : 'Promote';
  return `${later} goes to the next step at once; ${HELP[unit]} in the plan helps the next version`;
}

const HELP: Readonly<Record<Need['unit'], string>> = {
  requests: 'a wider margin of that gate, or a larger percent,',
  pictures: 'a wider margin of that gate, or more maxPictures,',
  decisions: 'a longer maxHold',
  minutes: 'a longer maxHold',
};

/** Two digits: a forecast has no more. */
function rounded(count: number): number {
  const scale = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1);
  return Math.ceil(count / scale) * scale;
}

/** Minutes in the largest unit, with two digits: `8 min`, `1.5 h`, `2 h`, `18 h`, `3 d`. */
export function roughly(minutes: number): string {
  if (minutes < 1) return 'less than 1 min';
  if (minutes < 100) return `${Math.round(minutes)} min`;
  if (minutes < 48 * 60) return `${twoDigits(minutes / 60)} h`;
  return `${twoDigits(minutes / 1440)} d`;
}

function twoDigits(value: number): number {
  return value < 10 ? Number(value.toFixed(1)) : Math.round(value);
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(share < 0.1 ? 1 : 2))} %`;
}
