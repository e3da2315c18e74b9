import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest } from '../../../functions/detection/manifest.ts';
import type { PhotoTruth } from '../../../functions/truth/photos.ts';
import { readTruth } from '../../../functions/truth/truth-file.ts';
import { ExitCodeError } from '../../terminal/exit-codes.ts';
import { checkOutputFile, writeOutputFile } from '../../terminal/output-file.ts';
import { progressBar } from '../../terminal/progress.ts';
import type { Output } from '../../terminal/terminal.ts';
import type { Criterion } from '../evaluation/best-threshold.ts';
import { comparePaired, type Difference } from '../evaluation/compare.ts';
import { LEAST_OBJECTS, LEAST_PHOTOS_WITH } from '../evaluation/cross-validate.ts';
import {
  EvaluationError,
  evaluateModel,
  labelsToEvaluate,
  type ModelEvaluation,
} from '../evaluation/evaluate-model.ts';
import { evaluateAtSize, type Size } from '../evaluation/try-size.ts';
import { packageFolder } from '../files/package-folder.ts';
import { writeThresholds } from '../package/thresholds.ts';
import { type Results, reportJson } from '../report/json.ts';
import { reportPage } from '../report/page.ts';
import { sizesTable } from '../report/sizes.ts';
import { comparisonTable, evaluationTable } from '../report/table.ts';
import { thresholdsTable } from '../report/thresholds.ts';
import type { Protocol } from '../run/protocol.ts';

export interface EvalOptions {
  /** The folder of model packages. */
  readonly models: string;
  /** The folder of photos. */
  readonly photos: string;
  /** The truth file. */
  readonly truth: string;
  /** Package to compare with. */
  readonly baseline?: string;
  readonly labels?: readonly string[];
  readonly criterion: Criterion;
  readonly threads: number;
  readonly resamples: number;
  readonly seed: number;
  /** Prints JSON instead of tables. */
  readonly json?: boolean;
  /** Path of the report page to write. */
  readonly html?: string;
  /** Writes the best thresholds into the manifest and measures again. */
  readonly writeThresholds?: boolean;
  readonly failIfWorse?: boolean;
  /** Another input size to measure. */
  readonly trySize?: Size;
  /** Protocol of published numbers for AP. Default: suppression as served. */
  readonly protocol?: Protocol;
}

/** The model is worse than the baseline, and `--fail-if-worse` is given. */
export class WorseThanBaselineError extends ExitCodeError {
  override readonly name = 'WorseThanBaselineError';
  override readonly exitCode = 3;
}

/**
 * `model eval`: measures a package on annotated photos, alone or against another package.
 * @throws UnknownModelError, TruthError, EvaluationError, RunError, ModelPackageError, WorseThanBaselineError,
 * OutputFileError
 */
export async function evaluateCommand(name: string, options: EvalOptions, output: Output): Promise<void> {
  if (options.protocol && options.writeThresholds)
    throw new EvaluationError(
      `Expected --protocol ${options.protocol} or --write-thresholds, received both: thresholds are for what is served`,
    );
  if (options.html !== undefined) await checkOutputFile(options.html, '--html');
  const folder = await packageFolder(options.models, name);
  const truths = await readTruthOf(options, output);
  // First, because a model of a fixed size fails at once.
  const resized = options.trySize && (await tryWithProgress(folder, options.trySize, truths, options));
  const model = await evaluateWithProgress(folder, truths, options);
  const comparison =
    options.baseline === undefined ? undefined : await compare(options.baseline, model, truths, options);
  await report({ model, ...comparison, ...(resized && { resized }) }, options, output);
  if (options.writeThresholds) await rewriteThresholds(folder, model, truths, options, output);
  const worse = comparison?.differences.some(({ label, verdict }) => label === undefined && verdict === 'worse');
  if (options.failIfWorse && worse) throw new WorseThanBaselineError(`${name} is worse than ${options.baseline}`);
}

async function readTruthOf({ truth, photos }: EvalOptions, output: Output): Promise<PhotoTruth[]> {
  const truths = await readTruth(truth);
  const missing = truths.filter(({ file }) => !existsSync(join(photos, file))).map(({ file }) => file);
  if (missing.length === truths.length) {
    throw new EvaluationError(`Expected the photos of ${truth} in ${photos}, received none of ${truths.length}`);
  }
  if (missing.length > 0) {
    throw new EvaluationError(`Expected every photo of ${truth} in ${photos}; missing: ${missing.join(', ')}`);
  }
  const counted = truths.filter(({ boxes }) => !boxes).length;
  if (counted > 0)
    output.note(`${counted} photos have counts but no boxes: AP, precision and recall do not include them.`);
  return truths;
}

async function tryWithProgress(
  folder: string,
  size: Size,
  truths: readonly PhotoTruth[],
  { photos, labels, criterion, threads, protocol }: EvalOptions,
): Promise<ModelEvaluation> {
  const { report: progress, end } = progressBar(`${folder} at ${size.width} × ${size.height}`);
  const chosen = { ...(labels && { labels }), ...(protocol && { protocol }) };
  return evaluateAtSize(folder, size, { photos, truths, criterion, threads, progress, ...chosen }).finally(end);
}

async function evaluateWithProgress(
  folder: string,
  truths: readonly PhotoTruth[],
  { photos, labels, criterion, threads, protocol, resamples, seed }: EvalOptions,
): Promise<ModelEvaluation> {
  const { report: progress, end } = progressBar(folder);
  const chosen = { ...(labels && { labels }), ...(protocol && { protocol }) };
  return evaluateModel(folder, {
    photos,
    truths,
    criterion,
    threads,
    progress,
    draws: { resamples, seed },
    ...chosen,
  }).finally(end);
}

interface Comparison {
  readonly baseline: ModelEvaluation;
  readonly differences: readonly Difference[];
}

/** Compares on the labels that both models have. */
async function compare(
  name: string,
  model: ModelEvaluation,
  truths: readonly PhotoTruth[],
  options: EvalOptions,
): Promise<Comparison> {
  const folder = await packageFolder(options.models, name);
  const labels = labelsToEvaluate(await readManifest(folder), truths).filter((label) => model.labels.includes(label));
  if (labels.length === 0) throw new EvaluationError('Expected labels that both models have, received none in common');
  const baseline = await evaluateWithProgress(folder, truths, { ...options, labels });
  const { report: progress, end } = progressBar('comparing');
  const { resamples, seed } = options;
  const differences = comparePaired(model.photos, baseline.photos, labels, { resamples, seed, progress });
  end();
  return { baseline, differences };
}

async function report(results: Results, { json, html, photos }: EvalOptions, output: Output): Promise<void> {
  const { model, baseline, differences, resized } = results;
  if (html) {
    await writeOutputFile(html, await reportPage({ ...results, photos }), '--html');
    output.note(`Wrote the report page ${html}`);
  }
  if (json) return output.print(JSON.stringify(reportJson(results), null, 2));
  output.print(evaluationTable(model));
  if (resized) output.print(`\n${sizesTable(model, resized)}`);
  if (!baseline || !differences) return;
  const names = { model: model.manifest.name, baseline: baseline.manifest.name };
  output.print(`\n${evaluationTable(baseline)}`);
  output.print(`\n${comparisonTable(differences, names, model.photos.length)}`);
}

/**
 * Writes the thresholds that are better on photos that did not choose them, and measures again.
 * @throws EvaluationError if no label has enough objects
 */
async function rewriteThresholds(
  folder: string,
  before: ModelEvaluation,
  truths: readonly PhotoTruth[],
  options: EvalOptions,
  output: Output,
): Promise<void> {
  const validated = Object.entries(before.best).flatMap(([label, each]) => (each ? [[label, each] as const] : []));
  if (validated.length === 0)
    throw new EvaluationError(
      `Expected at least ${LEAST_OBJECTS} objects of a label in ${LEAST_PHOTOS_WITH} photos to choose its threshold, ` +
        'received fewer of every label, or no detection; nothing was written. Annotate more photos',
    );
  const chosen = validated.flatMap(([label, { verdict, chosen: best }]) =>
    verdict === 'better' ? [[label, best] as const] : [],
  );
  if (chosen.length === 0)
    return output.note('No threshold is better than the present one on other photos (95 %): nothing was written.');
  const version = await writeThresholds(folder, Object.fromEntries(chosen));
  const after = await evaluateWithProgress(folder, truths, options);
  output.note(`Wrote ${chosen.length} thresholds into ${join(folder, 'model.json')}, now version ${version}.`);
  if (!options.json) output.print(`\n${thresholdsTable(before, after)}`);
}
