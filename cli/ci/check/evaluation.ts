/** Compares what endpoints answer on labelled photos with what they answered before, as `npm run model -- eval` does. */

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readManifest } from '../../../functions/detection/manifest.ts';
import { milliseconds } from '../../../functions/report/format.ts';
import { readTruth } from '../../../functions/truth/truth-file.ts';
import type { LabelledPhotos } from '../../../lib/labelled-photos.ts';
import { comparePaired, type Difference, MEASURES } from '../../model/evaluation/compare.ts';
import { evaluateModel, labelsToEvaluate, type ModelEvaluation } from '../../model/evaluation/evaluate-model.ts';
import { speedOf } from '../../model/evaluation/speed.ts';
import { goldenPictures } from '../../model/files/golden-pictures.ts';
import { comparisonInWords, differenceInWords, measured } from '../../model/report/evaluation-words.ts';
import { runModel } from '../../model/run/run-model.ts';
import type { Answering, Successor } from './changes.ts';
import type { Row } from './row.ts';
import { withServedPackage } from './served-package.ts';

/** The folders of the model packages. */
export interface PackageFolders {
  readonly after: string;
  readonly before: string;
}

/** The comparison of one model of an endpoint. */
export interface Evaluated {
  readonly endpoint: string;
  readonly row: Row;
  /** Medians from bytes to boxes on this machine, milliseconds; absent: not measured. */
  readonly ms?: { readonly before: number; readonly after: number };
}

/** Draws of the intervals, and the seed, so that the same photos give the same table. */
const DRAWS = { resamples: 1000, seed: 1 };

/**
 * @param labelled the photos of the endpoint; absent: none
 * @throws TruthError, EvaluationError, RunError, ModelPackageError
 */
export async function compareAnswers(
  successor: Successor,
  folders: PackageFolders,
  labelled: Required<LabelledPhotos> | undefined,
): Promise<Evaluated> {
  const { endpoint, after, before } = successor;
  const check = `evaluation of ${endpoint.name}${endpoint.kind === 'predict' ? ` (${after.model})` : ''}`;
  const result = (row: Omit<Row, 'check'>, ms?: Evaluated['ms']): Evaluated => ({
    endpoint: endpoint.name,
    row: { check, ...row },
    ...(ms && { ms }),
  });
  if (!before || !existsSync(join(folders.before, before.model)))
    return result({ outcome: 'none', details: [`${after.model} is new here: no version before to compare with`] });
  const names = await namesOf(after, before, folders);
  if (!labelled) {
    const advice = 'no labelled photos are named in the settings (labelled: { folder: … }, docs/ci.md)';
    const ms = await timesOf(after, before, folders);
    return result({ outcome: 'none', details: [names, advice, timeInWords(ms)] }, ms);
  }
  const { models, differences } = await evaluateBoth(successor, folders, labelled);
  const ms = { before: models.before.speed.whole, after: models.after.speed.whole };
  const details = [
    `${names}, on ${models.after.photos.length} photos of ${labelled.folder}`,
    ...differences.map(inWords),
    verdictInWords(differences, models.after.photos.length),
    timeInWords(ms),
  ];
  const isWorse = differences.some(({ verdict }) => verdict === 'worse');
  return result({ outcome: isWorse ? 'failed' : 'passed', details }, ms);
}

interface Both {
  readonly models: { readonly after: ModelEvaluation; readonly before: ModelEvaluation };
  /** Of the means over the labels. */
  readonly differences: readonly Difference[];
}

async function evaluateBoth(
  { endpoint, after, before }: Successor,
  folders: PackageFolders,
  { folder, truth }: Required<LabelledPhotos>,
): Promise<Both> {
  const photos = resolve(folder);
  const truths = await readTruth(join(photos, truth));
  const evaluate = (packages: string, served: Answering) =>
    withServedPackage(join(packages, served.model), served, async (one) => {
      const common = labelsToEvaluate(await readManifest(one), truths);
      const labels = endpoint.kind === 'count' ? common.filter((each) => endpoint.labels.includes(each)) : common;
      return evaluateModel(one, { photos, truths, labels, criterion: 'f1', draws: { resamples: 1, seed: DRAWS.seed } });
    });
  const models = {
    after: await evaluate(folders.after, after),
    before: await evaluate(folders.before, before as Answering),
  };
  const labels = models.after.labels.filter((label) => models.before.labels.includes(label));
  const all = comparePaired(models.after.photos, models.before.photos, labels, DRAWS);
  return { models, differences: all.filter(({ label }) => label === undefined) };
}

async function timesOf(after: Answering, before: Answering, folders: PackageFolders) {
  const own = join(folders.after, after.model);
  // The same pictures for both.
  const pictures = (await goldenPictures(own)).map((file) => join(own, 'golden', file));
  const timeOf = async (folder: string) => {
    const { answers } = await runModel({ folder, pictures });
    return speedOf(answers.map(({ timing }) => timing)).whole;
  };
  return { before: await timeOf(join(folders.before, before.model)), after: await timeOf(own) };
}

async function namesOf(after: Answering, before: Answering, folders: PackageFolders): Promise<string> {
  const [old, own] = await Promise.all([nameOf(folders.before, before), nameOf(folders.after, after)]);
  return `${old} → ${own === old ? 'changed' : own}`;
}

async function nameOf(folder: string, { model, confidence, iou }: Answering): Promise<string> {
  const { version } = await readManifest(join(folder, model));
  const thresholds = [
    ...(confidence === undefined ? [] : [`confidence ${confidence}`]),
    ...(iou === undefined ? [] : [`iou ${iou}`]),
  ];
  return [`${model} ${version}`, ...thresholds].join(', ');
}

/** `AP50: 41.2 → 44.4, +3.2 (+0.8 to +5.9), better`. */
function inWords(difference: Difference): string {
  const { measure, model, baseline, verdict } = difference;
  const values = `${measured(measure, baseline)} → ${measured(measure, model)}`;
  return `${MEASURES[measure].name}: ${values}, ${differenceInWords(difference)}, ${verdict}`;
}

function verdictInWords(differences: readonly Difference[], photos: number): string {
  const words = comparisonInWords(differences, { model: 'this change', baseline: 'the version before' }, photos);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function timeInWords({ before, after }: { readonly before: number; readonly after: number }): string {
  return `time of a picture on this machine: ${milliseconds(before)} → ${milliseconds(after)} ms (median)`;
}
