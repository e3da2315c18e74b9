import { thresholdOf } from '../../../functions/detection/threshold.ts';
import { decimal, milliseconds, percent } from '../../../functions/report/format.ts';
import { html, Markup } from '../../../functions/report/html.ts';
import { reportStyle } from '../../../functions/report/style.ts';
import type { Difference } from '../evaluation/compare.ts';
import { countPairs } from '../evaluation/counts.ts';
import type { LabelEvaluation } from '../evaluation/evaluate.ts';
import type { ModelEvaluation } from '../evaluation/evaluate-model.ts';
import { comparisonInWords, costInWords, PROTOCOL_WORDS } from './evaluation-words.ts';
import { gallery } from './gallery.ts';
import { countPlot } from './plots/counts.ts';
import { differencePlot } from './plots/differences.ts';
import { thresholdPlot } from './plots/thresholds.ts';
import { biasInWords, PRESENT_HEAD, presentRows } from './present.ts';
import { evaluationRows, HEAD, rankedLabels } from './rows.ts';
import { validatedTable } from './validated.ts';

export interface PageContent {
  readonly model: ModelEvaluation;
  /** Folder of the photos. */
  readonly photos: string;
  readonly baseline?: ModelEvaluation;
  readonly differences?: readonly Difference[];
}

/** Number of labels with visible plots; a details element hides the others. */
const OPEN_LABELS = 6;

/** The report as one self-contained HTML page: no script, no font, no other file. */
export async function reportPage({ model, photos, baseline, differences }: PageContent): Promise<string> {
  const { name, version, family, sha256 } = model.manifest;
  const title = `${name} ${version} on ${model.evaluation.photos} photos`;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<style>${new Markup(reportStyle())}</style></head><body>
<h1>${title}</h1>
<p class="dim">${family}, ${model.labels.length} labels, SHA-256 <code>${sha256}</code></p>
${cards(model)}
${baseline && differences ? comparison(model, baseline, differences) : undefined}
<h2>By label</h2>${table(HEAD, evaluationRows(model))}
${model.protocol ? html`<p>${PROTOCOL_WORDS[model.protocol]}</p>` : undefined}
${present(model)}${validated(model)}
<h2>Thresholds and counts</h2>${labelPlots(model)}
<h2>Worst photos</h2>${pictures(await gallery(model, photos))}
<h2>Method</h2>${method(model, baseline)}
</body></html>`;
  return `${page.text}\n`;
}

function cards({ evaluation, speed, memory }: ModelEvaluation): Markup {
  const all = [
    ['AP50, mean over labels', `${percent(evaluation.mean.ap50)} %`],
    ['AP50-95, mean over labels', `${percent(evaluation.mean.ap)} %`],
    ['count error, objects per photo', decimal(evaluation.count?.meanAbsolute)],
    ['exact counts', `${percent(evaluation.count?.exact)} %`],
    ['time per photo, median', `${milliseconds(speed.whole)} ms`],
    ['peak memory', `${memory.peak} MB`],
  ] as const;
  const each = all.map(([name, value]) => html`<div class="card"><b>${value}</b><span>${name}</span></div>`);
  return html`<div class="cards">${each}</div>`;
}

function comparison(model: ModelEvaluation, baseline: ModelEvaluation, differences: readonly Difference[]): Markup {
  const names = { model: model.manifest.name, baseline: baseline.manifest.name };
  const means = differences.filter(({ label }) => label === undefined);
  const clear = differences.filter(({ label, verdict }) => label !== undefined && verdict !== 'unclear').slice(0, 24);
  const [errors, shares] = partition([...means, ...clear], ({ measure }) => measure === 'meanAbsolute');
  return html`<h2>Comparison with ${names.baseline}</h2>
<p><strong>${comparisonInWords(differences, names, model.photos.length)}</strong></p>
<p class="dim">${names.model} minus ${names.baseline}. Labels are listed if the interval excludes 0; among many labels
a few do so by chance.</p>
<h3>Percentage points, more is better</h3><div class="scroll">${differencePlot(shares, 100)}</div>
<h3>Objects per photo, less is better</h3><div class="scroll">${differencePlot(errors, 1)}</div>
<p class="dim">${names.model}: ${costInWords(model)}.<br>${names.baseline}: ${costInWords(baseline)}.</p>`;
}

function partition<T>(values: readonly T[], first: (value: T) => boolean): [T[], T[]] {
  return [values.filter(first), values.filter((value) => !first(value))];
}

/** Counts in the photos that have the object, where there are such photos. */
function present(model: ModelEvaluation): Markup | undefined {
  const rows = presentRows(model);
  if (rows.length === 0) return undefined;
  return html`<h3>Counts in the photos that have the object</h3>
${table(PRESENT_HEAD, rows)}<p>${biasInWords(model)}</p>`;
}

function validated(model: ModelEvaluation): Markup | undefined {
  const found = validatedTable(model);
  if (!found) return undefined;
  return html`<h3>Thresholds on photos that did not choose them</h3>
${table(found.head, found.rows)}${found.few ? html`<p>${found.few}</p>` : undefined}`;
}

function table(names: readonly string[], cells: readonly (readonly string[])[]): Markup {
  const head = names.map((name) => html`<th>${name}</th>`);
  const rows = cells.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>\n`);
  return html`<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function labelPlots(model: ModelEvaluation): Markup {
  const plots = rankedLabels(model).map((each) => labelPlot(model, each));
  const rest = plots.slice(OPEN_LABELS);
  const summary = html`<summary>${rest.length} more labels</summary>`;
  const folded = rest.length > 0 ? html`<details>${summary}<div class="labels">${rest}</div></details>` : undefined;
  return html`<p>${keys()}</p><div class="labels">${plots.slice(0, OPEN_LABELS)}</div>${folded}`;
}

function keys(): Markup {
  const line = (kind: string, name: string) =>
    html`<span class="key"><svg viewBox="0 0 28 8"><path class="line ${kind}" d="M0 4H28"/></svg>${name}</span>`;
  return html`${line('precision', 'precision')}${line('recall', 'recall')}${line('f1', 'F1')}`;
}

function labelPlot(model: ModelEvaluation, { label, points, objects }: LabelEvaluation): Markup {
  const { thresholds } = model.manifest;
  const now = thresholdOf(thresholds, label);
  const pairs = countPairs(model.photos, label);
  const counts = pairs.length > 0 ? countPlot(label, pairs) : undefined;
  return html`<div class="label"><h3>${label} <span class="dim">${objects} objects</span></h3><div class="pair">
${thresholdPlot(label, points, { now, best: model.best[label]?.chosen })}${counts}</div></div>`;
}

function pictures(figures: readonly Markup[]): Markup {
  if (figures.length === 0) return html`<p>None: all objects were found, without false detections.</p>`;
  const key = (kind: string, name: string) =>
    html`<span class="key"><svg viewBox="0 0 28 18"><g class="box ${kind}">
<rect class="stroke" x="2" y="2" width="24" height="14"/></g></svg>${name}</span>`;
  const legend = html`${key('right', 'right')}${key('missed', 'missed')}${key('wrong', 'wrong')}`;
  return html`<p>${legend}</p><div class="gallery">${figures}</div>`;
}

function method(model: ModelEvaluation, baseline: ModelEvaluation | undefined): Markup {
  const { nms, thresholds } = model.manifest;
  const paired = baseline ? 'Intervals are 95 % percentile intervals of a paired bootstrap over the photos.' : '';
  return html`<p>AP follows COCO (101 recall levels, at most 100 detections of a label in a photo, crowds ignored), for
detections above a confidence of 0.001, with NMS ${nms} at IoU ${thresholds.iou} as served. Precision, recall, F1 and
counts are as served, at the threshold of each label; a detection matches an object from IoU 0.5 on. Count error: mean
absolute difference of counted and true objects in a photo; bias: mean signed difference.
${paired}</p><p class="dim">${costInWords(model)}.</p>`;
}
