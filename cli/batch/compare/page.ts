/** The comparison of two versions over a bucket as a page: the report of a shadow, at the scale of the bucket. */

import { reportDocument } from '../../../functions/report/document.ts';
import { decimal, percent, signed, timeInWords } from '../../../functions/report/format.ts';
import { html, Markup } from '../../../functions/report/html.ts';
import { countChart, latencyChart, trendChart } from '../../../functions/rollout-report/charts.ts';
import { gallery, type Picture } from '../../../functions/rollout-report/gallery.ts';
import { cardRow, chart, groupTable } from '../../../functions/rollout-report/parts.ts';
import { trendOf } from '../../../functions/rollout-report/trend.ts';
import { whole } from '../words.ts';
import type { BucketComparison, Compared } from './bucket-comparison.ts';
import {
  BOUNDS,
  GROUP_HEAD,
  groupCells,
  MEANS,
  picturesInWords,
  rangeInWords,
  signedRangeInWords,
  timesInWords,
} from './words.ts';

/** What the page has besides the comparison. */
export interface PageParts {
  /** Policy and style. */
  readonly head: Markup;
  /** The script. */
  readonly tail: Markup | undefined;
  /** By id. Those that are gone are absent. */
  readonly pictures: ReadonlyMap<string, Picture>;
  readonly now: Date;
}

/** The page as HTML. */
export function comparisonPage(compared: Compared, { head, tail, pictures, now }: PageParts): string {
  const { comparison, disagreements } = compared;
  const { endpoint, from, baseline, candidate } = comparison;
  const title = `${endpoint}: version ${candidate.version} against version ${baseline.version}`;
  const shown = gallery({ disagreements, pictures, showsKeys: true }, () => new Markup(''));
  const created = timeInWords(now.toISOString());
  const about = html`over ${from}; jobs ${baseline.job} and ${candidate.job}; created ${created}`;
  const body = html`${picturesInWords(comparison).map((line) => html`<p>${line}.</p>`)}
${cards(comparison)}<p class="dim">${MEANS} ${BOUNDS}</p>
<div class="charts">${charts(compared)}</div>
${tables(comparison)}
<h2>Largest differences</h2>${shown}`;
  return reportDocument({ title, head, about, body, tail });
}

function cards({ compared, disagreement, countError, objects, milliseconds }: BucketComparison): Markup {
  const median = ({ median }: { readonly median?: number }) => median?.toFixed(0) ?? '–';
  return cardRow([
    [compared.scenes === 1 ? 'scene compared' : 'scenes compared', whole(compared.scenes)],
    [`disagreement, ${rangeInWords(disagreement)}`, `${percent(disagreement.mean)} %`],
    [`count error, ${rangeInWords(countError)}`, `${percent(countError.mean)} %`],
    ...(objects
      ? ([
          ['objects, baseline → candidate', `${whole(objects.baseline)} → ${whole(objects.candidate)}`],
          [
            `change of count, ${signedRangeInWords(objects.countShift)}`,
            `${signed(100 * (objects.countShift.mean ?? 0), 1)} %`,
          ],
          ['mean IoU of matches', decimal(objects.meanIou)],
          ['confidence shift', signed(objects.confidenceShift)],
        ] as const)
      : []),
    ['median, baseline → candidate', `${median(milliseconds.baseline)} → ${median(milliseconds.candidate)} ms`],
  ]);
}

const BAND = 'the band is an always-valid confidence interval with 95 % for each bound';

function charts({ comparison, sums }: Compared): Markup[] {
  const { disagreements, countErrors, counts, times } = sums;
  const over = `over ${whole(disagreements.length)} scenes with objects, in random order; ${BAND}.`;
  const trend = (values: readonly number[], title: string) =>
    trendChart(trendOf(values), { title, description: `Mean ${title} with its bounds`, bounds: [] });
  return [
    ...(disagreements.length > 0
      ? [
          chart(
            'Disagreement',
            trend(disagreements, 'disagreement'),
            `Share of the objects of a picture that only one of the two versions detects, ${over}`,
          ),
          chart('Count error', trend(countErrors, 'count error'), `Error of the candidate’s count, ${over}`),
        ]
      : []),
    chart(
      'Counts',
      countChart(counts, 'the baseline'),
      'One circle for each pair of counts; its area is the number of pictures. Counts on the dashed line are equal.',
    ),
    ...(times.baseline.length > 0
      ? [
          chart(
            'Time',
            latencyChart(times.baseline, times.candidate, 'baseline'),
            `${timesInWords(comparison)}: other load in one of the jobs changes it. The last bar includes all slower ` +
              'pictures.',
          ),
        ]
      : []),
  ];
}

function tables({ byLabel, bySize }: BucketComparison): Markup[] {
  if (byLabel.length === 0) return [];
  const sizes = html`<p class="dim">By the area of the box in pixels of the picture, as COCO: small below 32 × 32,
medium below 96 × 96. A pair that both detect has the size of the baseline’s box.</p>`;
  return [
    groupTable('By label', ['label', ...GROUP_HEAD], byLabel.map(groupCells)),
    groupTable('By size', ['size', ...GROUP_HEAD], bySize.map(groupCells)),
    sizes,
  ];
}
