import { join } from 'node:path';
import { type Manifest, readManifest } from '../../../functions/detection/manifest.ts';
import { type Memory, type PictureAnswer, type Run, type RunRequest, runModel } from '../run/run-model.ts';
import { bestPoint, type Criterion } from './best-threshold.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import type { OperatingPoint } from './operating-points.ts';
import type { EvaluatedPhoto, PhotoTruth } from './photos.ts';
import { type Speed, speedOf } from './speed.ts';

/** Least confidence of the detections that average precision is made of: what COCO evaluations customarily go down to. */
export const FLOOR = 0.001;

/** Fewest objects of a label for a best threshold: what fewer say about it is chance. */
export const LEAST_OBJECTS = 10;

/** One model's whole evaluation. */
export interface ModelEvaluation {
  readonly manifest: Manifest;
  /** The labels that were evaluated: those of the truth that the model knows. */
  readonly labels: readonly string[];
  readonly evaluation: Evaluation;
  /** The best threshold of each label with `LEAST_OBJECTS`, by the criterion asked for, within the manifest's bounds. */
  readonly best: Readonly<Record<string, OperatingPoint | undefined>>;
  readonly speed: Speed;
  readonly loadMs: number;
  readonly memory: Memory;
  readonly photos: readonly EvaluatedPhoto[];
}

export interface EvaluateOptions {
  /** The folder in which the truth's files lie. */
  readonly photos: string;
  readonly truths: readonly PhotoTruth[];
  /** Evaluates only these labels. Default: all of the truth that the model knows. */
  readonly labels?: readonly string[];
  readonly criterion: Criterion;
  readonly threads?: number;
  readonly perLabel?: RunRequest['perLabel'];
  readonly progress?: (done: number, of: number) => void;
}

/** An evaluation that would say nothing, or something wrong. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}

/**
 * Runs a model package over photos and evaluates what it says.
 * @param folder the package's folder
 * @throws ModelPackageError, RunError; EvaluationError for labels that nobody knows, or photos of another size than the truth's
 */
export async function evaluateModel(folder: string, options: EvaluateOptions): Promise<ModelEvaluation> {
  const manifest = await readManifest(folder);
  const labels = labelsToEvaluate(manifest, options.truths, options.labels);
  const run = await runModel(requestOf(folder, options), options.progress);
  checkSizes(options.truths, run.answers);
  const photos = options.truths.map((truth, index) => evaluatedPhoto(truth, run.answers[index] as PictureAnswer));
  return { manifest, labels, photos, ...summarise(run, photos, { manifest, labels, criterion: options.criterion }) };
}

function requestOf(folder: string, { photos, truths, threads, perLabel }: EvaluateOptions): RunRequest {
  const pictures = truths.map(({ file }) => join(photos, file));
  return { folder, pictures, floor: FLOOR, ...(threads && { threads }), ...(perLabel && { perLabel }) };
}

/** The labels of the truth that the model knows, or of those the ones asked for. @throws EvaluationError */
export function labelsToEvaluate(
  { name, labels }: Pick<Manifest, 'name' | 'labels'>,
  truths: readonly PhotoTruth[],
  asked?: readonly string[],
): string[] {
  const judged = new Set(truths.flatMap((truth) => [...truth.judged]));
  const common = labels.filter((label) => judged.has(label));
  const unknown = asked?.filter((label) => !common.includes(label)) ?? [];
  if (common.length === 0 || unknown.length > 0) {
    const expected = `expected labels that both ${name} (${labels.join(', ')}) and the truth (${[...judged].join(', ')}) know`;
    throw new EvaluationError(`${expected}, received ${unknown.join(', ') || 'none in common'}`);
  }
  return asked ? common.filter((label) => asked.includes(label)) : common;
}

function checkSizes(truths: readonly PhotoTruth[], answers: readonly PictureAnswer[]): void {
  const faults = truths.flatMap(({ file, size }, index) => {
    const image = answers[index]?.image;
    if (!size || (size.width === image?.width && size.height === image.height)) return [];
    return [
      `${file}: expected ${size.width} × ${size.height} as in the truth, received ${image?.width} × ${image?.height} upright`,
    ];
  });
  if (faults.length > 0) throw new EvaluationError(`the truth is about other pictures:\n  ${faults.join('\n  ')}`);
}

function evaluatedPhoto(truth: PhotoTruth, { candidates, served }: PictureAnswer): EvaluatedPhoto {
  return { truth, candidates, served };
}

function summarise(
  { answers, loadMs, memory }: Run,
  photos: readonly EvaluatedPhoto[],
  { manifest, labels, criterion }: { manifest: Manifest; labels: readonly string[]; criterion: Criterion },
) {
  const evaluation = evaluate(photos, labels);
  const bounds = manifest.thresholds.bounds.confidence;
  const best = Object.fromEntries(
    evaluation.labels.map(({ label, points, objects, count }) => {
      const known = Math.max(objects, count?.truth ?? 0);
      return [label, known < LEAST_OBJECTS ? undefined : bestPoint(points, criterion, bounds)] as const;
    }),
  );
  return { evaluation, best, loadMs, memory, speed: speedOf(answers.map(({ timing }) => timing)) };
}
