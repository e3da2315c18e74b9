import type { ComparisonRecord } from '../records/comparison.ts';
import { html, type Markup } from '../report/html.ts';
import type { DecisionControl, Picture } from './gallery.ts';
import { pairOf } from './pair.ts';

/** The pictures that wait for a decision, in the order of the draw. */
export interface ToJudge {
  /** Absent: people judge no shadow of this rollout. */
  readonly toJudge?: readonly ComparisonRecord[];
  readonly comparisons: readonly ComparisonRecord[];
  readonly pictures: ReadonlyMap<string, Picture>;
}

/**
 * The pictures that people judge, without the answers of either version: a count that has seen no answer favours
 * neither.
 */
export function toJudgeSection(
  { toJudge, comparisons, pictures }: ToJudge,
  { control, judgePage }: { readonly control: DecisionControl; readonly judgePage?: string },
): Markup {
  if (!toJudge) return html``;
  const heading = html`<h2 id="to-judge">Pictures to judge</h2>`;
  if (toJudge.length === 0) return html`${heading}<p>None: no picture on which the versions differ is open.</p>`;
  const figures = toJudge.flatMap(({ id }, index) => {
    const picture = pictures.get(id);
    return picture ? [figure({ id, picture, name: `Picture ${index + 1}` }, control)] : [];
  });
  const labels = labelsOf(comparisons).join(', ');
  const task = 'The two versions answer these pictures differently. Neither answer is shown.';
  const quick = judgePage && html`<p><a href="${judgePage}">Judge them by one key each</a>, or count here.</p>`;
  return html`${heading}${quick || undefined}<p>${task} Count the objects
(${labels}), type the number and press Enter. Leave out a picture that cannot be counted.</p>
<div class="gallery" id="judge">${figures}</div>`;
}

interface Judgeable {
  readonly id: string;
  readonly picture: Picture;
  readonly name: string;
}

function figure({ id, picture: { source, width, height }, name }: Judgeable, control: DecisionControl): Markup {
  return html`<figure><div class="picture"><img src="${source}" alt="${name}" width="${width}" height="${height}"
loading="lazy" decoding="async"></div>
<figcaption>${name}<p class="human"></p>${control(id, undefined)}</figcaption></figure>
`;
}

function labelsOf(comparisons: readonly ComparisonRecord[]): string[] {
  const labels = comparisons.flatMap((record) => {
    const { baseline, candidate } = pairOf(record);
    return [...baseline, ...candidate].map(({ label }) => label);
  });
  return [...new Set(labels)].toSorted();
}
