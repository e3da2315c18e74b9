/** A comparison in words and as a table. */

import { CHALLENGE_RISK, type Winner } from '../../functions/judge/challengers.ts';
import { inPercent, milliseconds, percent, signed } from '../../functions/report/format.ts';
import type { Challenger, Comparison, Measured } from './comparison.ts';
import type { Labelled } from './pictures.ts';

/** Certainty of all statements together. */
const CERTAINTY = inPercent(1 - CHALLENGE_RISK);

/** Live in words: `live, version 3: counter-nano`. */
export interface LiveName {
  readonly version: string;
  readonly model: string;
}

/** The heads of the table. Gains are points of the count error, which alone decides. */
export function headOf(comparison: Comparison): readonly string[] {
  const gain = `smaller error than live, points (${CERTAINTY})`;
  return ['', 'count error, %', ...(hasAp50(comparison) ? ['AP50, %'] : []), 'objects', gain, 'ms', 'verdict'];
}

/** Whether pictures have boxes. */
function hasAp50({ live, challengers }: Comparison): boolean {
  return [live, ...challengers].some(({ ap50 }) => ap50 !== undefined);
}

/** The rows of the table: live, then the challengers in their order. */
export function rows(comparison: Comparison, { version, model }: LiveName): string[][] {
  const { live, challengers, objects } = comparison;
  const isBoxed = hasAp50(comparison);
  return [
    ['counted by people', '', ...(isBoxed ? [''] : []), String(objects), '', '', ''],
    [`live, version ${version}: ${model}`, ...numbers(live, isBoxed), '', milliseconds(live.ms), ''],
    ...challengers.map((each) => [
      each.name,
      ...numbers(each, isBoxed),
      gainInWords(each),
      milliseconds(each.ms),
      verdictInWords(each, comparison),
    ]),
  ];
}

function numbers({ error, counted, ap50 }: Measured, isBoxed: boolean): string[] {
  return [percent(error), ...(isBoxed ? [ap50 === undefined ? '–' : percent(ap50)] : []), String(counted)];
}

function gainInWords({ gain }: Challenger): string {
  const show = (value: number) => signed(100 * value, 1);
  return `${show(gain.mean)} (${show(gain.least)} to ${show(gain.most)})`;
}

/** Why a challenger goes on or does not. */
export function verdictInWords(challenger: Challenger, { winner, live, challengers }: Comparison): string {
  const { name, failures, ms } = challenger;
  const parts = [
    name === winner?.name ? wonInWords(winner.claim, challengers.length) : reasonInWords(challenger, winner?.name),
    ...(failures > 0 ? [`its model failed on ${failures} pictures`] : []),
    ...(name === winner?.name && ms > SLOW * live.ms
      ? [`takes ${(ms / live.ms).toFixed(1)} times live's time, which the rollout judges`]
      : []),
  ];
  return parts.join('; ');
}

/** How much slower than live is worth a remark. */
const SLOW = 1.2;

function wonInWords(claim: Winner['claim'], challengers: number): string {
  return claim === 'best' && challengers > 1
    ? 'wins: better than live and every other challenger'
    : 'wins: better than live';
}

function reasonInWords({ verdict, behind, picturesToCome }: Challenger, winner: string | undefined): string {
  if (verdict === 'worse') return 'worse than live';
  const ahead = behind.length > 0 ? `worse than ${behind.join(', ')}` : `no proven difference from ${winner}`;
  if (verdict === 'better') return `better than live; ${ahead}`;
  const open =
    picturesToCome === undefined ? 'no proof in sight' : `about ${picturesToCome} more pictures would decide`;
  const unclear = `no proven difference from live, ${open}`;
  return behind.length > 0 ? `${unclear}; ${ahead}` : unclear;
}

/** The result in one sentence. */
export function resultInWords({ winner, pictures, challengers }: Comparison, { version }: LiveName): string {
  const basis = `on ${pictures} labelled pictures, with ${CERTAINTY} certainty for all statements together`;
  if (!winner)
    return `Nobody wins: no challenger is proven to be better than live (version ${version}) ${basis}. Live stays.`;
  const { name, claim, equals } = winner;
  if (challengers.length === 1) return `${name} wins: better than live ${basis}.`;
  if (claim === 'best') return `${name} is the best: better than live and every other challenger ${basis}.`;
  return (
    `${name} wins: better than live ${basis}. It is not proven to be better than ${equals.join(', ')}; ` +
    'of those its gain has the largest lower bound.'
  );
}

/** Pictures that are left out, one sentence for each reason. */
export function leftOutInWords({ uncounted, repeated }: Labelled, { refused }: Comparison): string[] {
  const [first] = refused;
  return [
    ...(uncounted > 0 ? [`${uncounted} photos are left out: their truth has no count of every label.`] : []),
    ...(repeated > 0 ? [`${repeated} photos are left out: they have the same bytes as another one.`] : []),
    ...(first
      ? [`${refused.length} photos are left out: the endpoint refuses them (${first.path}: ${first.reason}).`]
      : []),
  ];
}

/** What the result rests on. */
export const ASSUMPTION =
  'The certainty holds for pictures of which these are a random choice. Frames of one video are nearly one picture: ' +
  'take few of each. More pictures may be added and the comparison repeated without loss of certainty.';
