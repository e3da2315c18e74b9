/** The sentence about what a step waits for. */

import { counted } from '../plan/counted.ts';
import type { Need } from './needs.ts';
import type { After, Came, Obstacle, TimedNeed, Wait } from './wait.ts';

/**
 * `Needs about 560 more requests of the candidate for errors, 2 h at this rate; the first 40 of them are enough for
 * latency`, then how long the steps after it take; with the reason and a remedy where no verdict comes by itself in
 * time.
 */
export function explainWait(wait: Wait): string {
  const { needs, expected, etaMinutes, obstacle } = wait;
  const [last, ...others] = needs;
  if (obstacle === 'cold-starts') return SLOW_STARTS;
  if (obstacle === 'drift') return `${WITH_DRIFT}; ${last ? `the gates need ${needInWords(last)}` : 'the gates pass'}`;
  if (!last) return obstacle === 'held' ? 'Held: goes on after resume' : 'Needs no more than the next tick';
  if (obstacle === 'held') return `Held: goes on after resume; the gates need ${needInWords(last)}`;
  const time = etaMinutes === undefined ? '' : `, ${roughly(etaMinutes)} at this rate`;
  const limit = needs.find(({ of }) => of === 'limit');
  if (obstacle && limit) return explainLimit(limit);
  if (expected === 'roll back') return `Rolls back after ${needInWords(decisive(needs) ?? last)}${time}`;
  const main = `${needInWords(last)}${last.unit === 'minutes' ? '' : time}`;
  if (obstacle === 'no-traffic') return `${cameInWords(last, wait.came)}. Needs ${main}. ${remedyOf(last, obstacle)}`;
  const rest = restInWords(last, others);
  if (obstacle) {
    const needed = last.of === 'people' ? `${main}${rest}` : main;
    return `${REASONS[obstacle]}${whileBothFail(wait)}: needs ${needed}. ${remedyOf(last, obstacle)}`;
  }
  return `Needs ${main}${rest}${afterInWords(wait.after)}`;
}

/** `; the first 40 of them are enough for latency; besides, about 5 more decisions of people for a verdict` */
function restInWords({ unit }: TimedNeed, others: Wait['needs']): string {
  const lacking = others.filter(({ more = 0 }) => more > 0);
  const isOfPeople = ({ of }: Need) => of === 'people';
  const shown = [...lacking.filter(isOfPeople), ...lacking.filter((need) => !isOfPeople(need))].slice(0, MOST_SHOWN);
  const enough = shown
    .filter((need) => need.unit === unit)
    .map(
      ({ of, more = 0 }, at) =>
        `the first ${rounded(more)} ${at === 0 ? 'of them are enough ' : ''}for ${MEASURES[of]}`,
    )
    .join(', ');
  const besides = shown
    .filter((need) => need.unit !== unit)
    .map(needInWords)
    .join(', ');
  return [enough, besides && `besides, ${besides}`].map((part) => part && `; ${part}`).join('');
}

/** `. Then 2 more steps: about 4 h at this traffic until the end` */
function afterInWords(after: After | undefined): string {
  if (!after) return '';
  const steps = `. Then ${counted(after.steps, 'more steps')}`;
  return after.minutes === undefined
    ? steps
    : `${steps}: about ${roughly(after.minutes)} at this traffic until the end`;
}

/** `No requests come: 0 in 5 h` */
function cameInWords({ unit }: TimedNeed, came: Came | undefined): string {
  const things = unit === 'pictures' ? 'pictures' : 'requests';
  if (!came) return `No ${things} have come yet`;
  const since = `${came.count} in ${roughly(came.minutes)}, since the step began`;
  return came.count === 0 ? `No ${things} come: ${since}` : `Too few ${things} come: ${since}`;
}

const SLOW_STARTS =
  'Cold starts take longer than allowed: goes on when their median is within it, or after promote; ' +
  'a wider coldStart in the plan helps the next version';

const WITH_DRIFT =
  'Held by the drift: resume accepts these pictures for this rollout, promote goes to the next step only, and ' +
  'rollback ends it';

/** Needs that are shown besides the longest. */
const MOST_SHOWN = 2;

/** An outage of both. */
function explainLimit({ shares }: Need): string {
  return `No verdict while both fail ${percent(shares?.live ?? 0)}: goes on as soon as live fails less`;
}

/** `about 22 requests of the candidate for errors, 64 for latency`: what a step will need, without its time. */
export function needsInWords(needs: Wait['needs']): string {
  const [last, ...others] = needs.filter(({ more = 1 }) => more > 0);
  if (!last) return 'the next tick';
  const first = needInWords(last).replace(' more', '');
  return [first, ...others.slice(0, MOST_SHOWN).map(shortly)].join(', ');
}

/** Minutes of a need without a time. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** A rollback needs only one proof: the first one. */
function decisive(needs: Wait['needs']): TimedNeed | undefined {
  const proofs = needs.filter((need) => need.expected === 'roll back');
  return proofs.toSorted((a, b) => (a.minutes ?? NEVER) - (b.minutes ?? NEVER))[0];
}

/** The measure of a need. */
const MEASURES: Readonly<Record<Need['of'], string>> = {
  agreement: 'agreement',
  countError: 'the count',
  errorRate: 'errors',
  rejectionRate: 'rejections',
  latency: 'latency',
  people: 'a verdict',
  labels: 'a verdict',
  limit: 'the limit of errors',
  least: 'the minimum of the step',
  scenes: 'different scenes',
};

/** What a need counts. */
const THINGS: Readonly<Record<Exclude<Need['unit'], 'minutes'>, string>> = {
  requests: 'requests of the candidate',
  pictures: 'pictures',
  photos: 'labelled photos',
  decisions: 'decisions of people',
};

function needInWords({ of, unit, more, left = 0 }: Need): string {
  if (unit === 'minutes') return `${roughly(more ?? 0)} more, the least time of the step`;
  if (more === undefined) return `more ${THINGS[unit]} for ${MEASURES[of]}`;
  if (more <= left) return `the answers to ${counted(more, 'more labelled photos')}`;
  return `about ${counted(rounded(more), THINGS[unit]).replace(' ', ' more ')} for ${MEASURES[of]}`;
}

function shortly({ of, unit, more = 0 }: Need): string {
  return unit === 'minutes' ? `${roughly(more)} of the least time` : `${rounded(more)} for ${MEASURES[of]}`;
}

const REASONS: Readonly<Record<Exclude<Obstacle, 'held' | 'drift' | 'cold-starts' | 'no-traffic'>, string>> = {
  'no-verdict': 'No verdict in sight',
  'few-scenes': 'No time is foretold, because the same pictures come again and again',
  'few-decisions': 'No time is foretold before 5 decisions',
  'few-photos': 'The labelled set is too small for a verdict',
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
function whileBothFail({ needs: [last] }: Wait): string {
  const verb = last && VERBS[last.of];
  if (!verb || !last.shares || last.shares.live < LEAST_SHARE) return '';
  const { candidate, live } = last.shares;
  const isAlike = Math.abs(candidate - live) < LITTLE * live;
  return isAlike
    ? ` while both ${verb.both} about ${percent(candidate)}`
    : ` while the candidate ${verb.one} about ${percent(candidate)}, live ${percent(live)}`;
}

/** A difference from live that is not told. */
const LITTLE = 0.3;

function remedyOf({ unit }: TimedNeed, obstacle: Exclude<Obstacle, 'held' | 'drift' | 'cold-starts'>): string {
  const judge = 'Let people judge: the status page links to the pictures';
  if (obstacle === 'few-decisions') return judge;
  if (obstacle === 'no-traffic') return WITHOUT_TRAFFIC;
  if (obstacle === 'few-photos') return WITH_FEW_PHOTOS;
  if (unit === 'photos') return 'Both are about as good on these photos: promote or rollback decides';
  if (obstacle === 'few-scenes') return 'Send other pictures, or declare repeats: "count" in the plan';
  if (unit === 'decisions' && obstacle === 'no-verdict') {
    return 'Both are about as near to the counts of people: promote or rollback decides';
  }
  const later = obstacle === 'max-hold' ? 'Goes on by itself after the alarm, too; promote' : 'Promote';
  const help = HELP[obstacle === 'max-pictures' ? 'pictures' : unit];
  return `${later} goes to the next step at once; ${help} in the plan helps the next version`;
}

const WITHOUT_TRAFFIC =
  'Send pictures to the endpoint, and the rollout goes on by itself; promote goes to the next step without them. A ' +
  "plan with only a labelled shadow (judge: 'labels') needs no traffic";

const WITH_FEW_PHOTOS =
  'Promote or rollback decides. For a verdict, add photos to the set, then deploy it (a folder), or start the ' +
  'rollout again (a prefix): npm run rollout -- start <endpoint>';

const HELP: Readonly<Record<Exclude<Need['unit'], 'photos'>, string>> = {
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
