/** Compares answers of endpoints on labelled photos with those of the version before, by the code of `model eval`. */

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readManifest } from '../../../functions/detection/manifest.ts';
import { milliseconds } from '../../../functions/report/format.ts';
import { readTruth } from '../../../functions/truth/truth-file.ts';
import type { LabelledPhotos } from '../../../lib/labelled-photos.ts';
import { comparePaired, type Difference, MEASURES } from '../../model/evaluation/compare.ts';
import { evaluateModel, labelsToEvaluate } from '../../model/evaluation/evaluate-model.ts';
import { comparisonInWords, differenceInWords, measured } from '../../model/report/evaluation-words.ts';
import type { Answering, Successor } from './changes.ts';
import type { Row } from './row.ts';
import { withServedPackage } from './served-package.ts';
import type { SpeedPair, Speeds } from './speed.ts';

/** The folders of the model packages, and the times of their pictures. */
export interface Packages {
  readonly after: string;
  readonly before: string;
  readonly speeds: Speeds;
}

/** The comparison of one model of an endpoint. */
export interface Evaluated {
  readonly endpoint: string;
  readonly row: Row;
  /** Absent: a picture takes as long as before. */
  readonly ms?: SpeedPair;
}

const NO_PHOTOS = 'no labelled photos are named in the settings (labelled: { folder: … }, docs/ci.md)';

/** Draws of the intervals, and the seed, so that the same photos give the same table. */
const DRAWS = { resamples: 1000, seed: 1 };

/**
 * @param labelled the photos of the endpoint; absent: none
 * @throws TruthError, EvaluationError, RunError, ModelPackageError
 */
export async function compareAnswers(
  successor: Successor,
  packages: Packages,
  labelled: Required<LabelledPhotos> | undefined,
): Promise<Evaluated> {
  const { endpoint, after, before } = successor;
  const check = `evaluation of ${endpoint.name}${endpoint.kind === 'predict' ? ` (${after.model})` : ''}`;
  const result = (row: Omit<Row, 'check'>, ms?: Evaluated['ms']): Evaluated => ({
    endpoint: endpoint.name,
    row: { check, ...row },
    ...(ms && { ms }),
  });
  if (!before || !existsSync(join(packages.before, before.model)))
    return result({ outcome: 'none', details: [`${after.model} is new here: no version before to compare with`] });
  const names = await namesOf(after, before, packages);
  const ms = await packages.speeds.compared(join(packages.before, before.model), join(packages.after, after.model));
  const time = ms ? [timeInWords(ms)] : [];
  if (!labelled) return result({ outcome: 'none', details: [names, NO_PHOTOS, ...time] }, ms);
  const { photos, differences } = await evaluateBoth({ endpoint, after, before }, packages, labelled);
  const details = [
    `${names}, on ${photos} photos of ${labelled.folder}`,
    ...differences.map(inWords),
    verdictInWords(differences, photos),
    ...time,
  ];
  const isWorse = differences.some(({ verdict }) => verdict === 'worse');
  return result({ outcome: isWorse ? 'failed' : 'passed', details }, ms);
}

interface Both {
  readonly photos: number;
  /** Of the means over the labels. */
  readonly differences: readonly Difference[];
}

async function evaluateBoth(
  { endpoint, after, before }: Required<Successor>,
  packages: Packages,
  { folder, truth }: Required<LabelledPhotos>,
): Promise<Both> {
  const photos = resolve(folder);
  const truths = await readTruth(join(photos, truth));
  const evaluate = (models: string, served: Answering) =>
    withServedPackage(join(models, served.model), served, async (one) => {
      const common = labelsToEvaluate(await readManifest(one), truths);
      const labels = endpoint.kind === 'count' ? common.filter((each) => endpoint.labels.includes(each)) : common;
      return evaluateModel(one, { photos, truths, labels, criterion: 'f1', draws: { resamples: 1, seed: DRAWS.seed } });
    });
  const own = await evaluate(packages.after, after);
  const old = await evaluate(packages.before, before);
  const labels = own.labels.filter((label) => old.labels.includes(label));
  const all = comparePaired(own.photos, old.photos, labels, DRAWS);
  return { photos: own.photos.length, differences: all.filter(({ label }) => label === undefined) };
}

async function namesOf(after: Answering, before: Answering, packages: Packages): Promise<string> {
  const [old, own] = await Promise.all([nameOf(packages.before, before), nameOf(packages.after, after)]);
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

function timeInWords({ before, after }: SpeedPair): string {
  return `a picture takes ${milliseconds(before)} → ${milliseconds(after)} ms on this machine`;
}
