/** A comparison of two versions over a bucket, for people. */

import type { BoundedRow } from '../../../functions/judge/object-groups.ts';
import type { Estimate } from '../../../functions/judge/shadow-tally.ts';
import { counted } from '../../../functions/plan/counted.ts';
import { percent, signed } from '../../../functions/report/format.ts';
import { plainTable } from '../../model/report/table.ts';
import { whole } from '../words.ts';
import type { BucketComparison } from './bucket-comparison.ts';

/** Pictures that the terminal shows. */
const SHOWN = 5;

/** `3.8–4.7 %` */
export function rangeInWords({ atLeast, atMost }: Estimate): string {
  return `${percent(atLeast)}–${percent(atMost)} %`;
}

/** `−1.5 to +2.7 %` */
export function signedRangeInWords({ atLeast, atMost }: Estimate): string {
  return `${signed(100 * atLeast, 1)} to ${signed(100 * atMost, 1)} %`;
}

/** `4.2 % (3.8–4.7 %)` */
function shareInWords(estimate: Estimate): string {
  return estimate.mean === undefined ? '–' : `${percent(estimate.mean)} % (${rangeInWords(estimate)})`;
}

/** `+2.1 % (+1.5 to +2.7 %)` */
function shiftInWords(estimate: Estimate): string {
  if (estimate.mean === undefined) return '–';
  return `${signed(100 * estimate.mean, 1)} % (${signedRangeInWords(estimate)})`;
}

/** The comparison in lines, without the address of its page. */
export function comparisonInWords(comparison: BucketComparison): string {
  const { endpoint, from, baseline, candidate, disagreement, countError, objects, worst } = comparison;
  return [
    `${endpoint}: version ${candidate.version} against version ${baseline.version} over ${from}`,
    ...picturesInWords(comparison),
    `Disagreement: ${shareInWords(disagreement)} of the objects of a picture`,
    `Count error: ${shareInWords(countError)}`,
    ...(objects ? [`Count: ${countsInWords(objects)}`] : []),
    timesInWords(comparison),
    ...tables(comparison),
    ...(worst.length > 0 ? ['Largest differences:'] : []),
    ...worst.slice(0, SHOWN).map(({ key, baseline: expected, candidate: found }) => {
      const counts = found === undefined ? `${expected} → rejected` : `${expected} → ${found}`;
      return `  ${counts.padEnd(14)} ${key}`;
    }),
    MEANS,
    BOUNDS,
  ].join('\n');
}

/** What the numbers of the tables mean. */
export const MEANS =
  'Disagreement: of the objects of a picture, the share that only one version detects. Change of count: that of ' +
  'the candidate minus that of the baseline, by the larger of both. Means over the pictures with such objects.';

/** What the bounds mean. */
export const BOUNDS =
  'The numbers are exact for these pictures. Their bounds are for other pictures like these: each holds with 95 %.';

/** `1,204 → 1,236 objects, +2.1 % (+1.5 to +2.7 %) in a picture` */
function countsInWords({ baseline, candidate, countShift }: BoundedRow): string {
  return `${whole(baseline)} → ${whole(candidate)} objects, ${shiftInWords(countShift)} in a picture`;
}

/** Which pictures are compared, and which are not. */
export function picturesInWords({ compared, empty, failures, rejected, left, ...rest }: BucketComparison): string[] {
  const { pictures, different, scenes } = compared;
  const again = pictures === scenes ? '' : `, of ${whole(pictures)} pictures, ${whole(different)} of them different`;
  const { baseline, candidate } = rest;
  const only = (count: number, version: string) =>
    `${counted(count, 'pictures')} only in the job of version ${version}: start it again for the others`;
  const notes: readonly (readonly [number, string])[] = [
    [failures, `Version ${candidate.version} rejects ${whole(failures)} that version ${baseline.version} answers`],
    [rejected.onlyByBaseline, `It answers ${whole(rejected.onlyByBaseline)} that version ${baseline.version} rejects`],
    [rejected.byBoth, `Both reject ${whole(rejected.byBoth)}`],
    [left.onlyBaseline, only(left.onlyBaseline, baseline.version)],
    [left.onlyCandidate, only(left.onlyCandidate, candidate.version)],
    [left.gone, `${counted(left.gone, 'pictures')} without a result: expired or erased`],
  ];
  return [
    `${whole(scenes)} ${scenes === 1 ? 'scene' : 'scenes'} compared${again}; ${whole(empty)} without objects`,
    ...notes.filter(([count]) => count > 0).map(([, text]) => text),
  ];
}

/** Medians of both jobs. */
export function timesInWords({ milliseconds: { baseline, candidate } }: BucketComparison): string {
  const each = ({ median }: { readonly median?: number }) => median?.toFixed(0) ?? '–';
  return `Median of a picture: ${each(baseline)} → ${each(candidate)} ms, each in its own job`;
}

/** The columns of the tables by label and by size. */
export const GROUP_HEAD = [
  'pictures',
  'baseline',
  'candidate',
  'missed',
  'extra',
  'disagreement',
  'change of count',
] as const;

/** The cells of a row, its name first. */
export function groupCells(row: BoundedRow): string[] {
  const numbers = [row.pictures, row.baseline, row.candidate, row.missed, row.extra].map(whole);
  return [row.name, ...numbers, shareInWords(row.ofPicture), shiftInWords(row.countShift)];
}

/** By size, with the limits of COCO. */
export const SIZE_TITLE = 'size (below 32², below 96², others)';

function tables({ byLabel, bySize }: BucketComparison): string[] {
  if (byLabel.length === 0) return [];
  return [
    plainTable(['label', ...GROUP_HEAD], byLabel.map(groupCells)),
    plainTable([SIZE_TITLE, ...GROUP_HEAD], bySize.map(groupCells)),
  ];
}
