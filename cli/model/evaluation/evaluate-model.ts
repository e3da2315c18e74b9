import { join } from 'node:path';
import { type Manifest, readManifest } from '../../../functions/detection/manifest.ts';
import { thresholdOf } from '../../../functions/detection/threshold.ts';
import type { EvaluatedPhoto, PhotoTruth } from '../../../functions/truth/photos.ts';
import type { Protocol } from '../run/protocol.ts';
import { type Memory, type PictureAnswer, type Run, type RunRequest, runModel } from '../run/run-model.ts';
import type { Criterion } from './best-threshold.ts';
import { type ValidatedThreshold, type ValidateOptions, validateThreshold } from './cross-validate.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { type Speed, speedOf } from './speed.ts';

/** Confidence threshold of the detections for average precision: the custom of COCO evaluations. */
export const FLOOR = 0.001;

/** Evaluation of one model. */
export interface ModelEvaluation {
  readonly manifest: Manifest;
  /** The evaluated labels: those that both the model and the truth have. */
  readonly labels: readonly string[];
  readonly evaluation: Evaluation;
  /** The best threshold of each label with enough objects, judged on photos that did not choose it. */
  readonly best: Readonly<Record<string, ValidatedThreshold | undefined>>;
  /** The criterion of the best thresholds. */
  readonly criterion: Criterion;
  readonly speed: Speed;
  readonly loadMs: number;
  readonly memory: Memory;
  readonly photos: readonly EvaluatedPhoto[];
  /** The protocol of the average precisions; absent: suppression as served. */
  readonly protocol?: Protocol;
}

export interface EvaluateOptions {
  /** Folder of the annotated photos. */
  readonly photos: string;
  readonly truths: readonly PhotoTruth[];
  /** Labels to evaluate. Default: all that both the model and the truth have. */
  readonly labels?: readonly string[];
  readonly criterion: Criterion;
  /** Draws and seed of the interval of a threshold. */
  readonly draws?: Pick<ValidateOptions, 'resamples' | 'seed'>;
  readonly threads?: number;
  readonly perLabel?: RunRequest['perLabel'];
  readonly protocol?: Protocol;
  readonly progress?: (done: number, of: number) => void;
}

/** An evaluation that would be empty or wrong. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}

/**
 * Runs a model package over photos and evaluates its detections.
 * @param folder of the package
 * @throws ModelPackageError, RunError; EvaluationError for unknown labels, or photos of another size than in the truth
 */
export async function evaluateModel(folder: string, options: EvaluateOptions): Promise<ModelEvaluation> {
  const manifest = await readManifest(folder);
  const labels = labelsToEvaluate(manifest, options.truths, options.labels);
  const run = await runModel(requestOf(folder, options), options.progress);
  checkSizes(options.truths, run.answers);
  const photos = options.truths.map((truth, index) => evaluatedPhoto(truth, run.answers[index] as PictureAnswer));
  const { criterion, protocol, draws = {} } = options;
  const summary = summarise(run, photos, { manifest, labels, criterion, draws });
  if (!protocol) return { manifest, labels, photos, criterion, ...summary };
  // Because thresholds are for what is served, and other boxes survive another suppression.
  return { manifest, labels, photos, criterion, ...summary, best: {}, protocol };
}

function requestOf(folder: string, { photos, truths, threads, perLabel, protocol }: EvaluateOptions): RunRequest {
  const pictures = truths.map(({ file }) => join(photos, file));
  return {
    folder,
    pictures,
    floor: FLOOR,
    ...(threads && { threads }),
    ...(perLabel && { perLabel }),
    ...(protocol && { protocol }),
  };
}

/** The labels that both the model and the truth have, or the chosen ones of them. @throws EvaluationError */
export function labelsToEvaluate(
  { name, labels }: Pick<Manifest, 'name' | 'labels'>,
  truths: readonly PhotoTruth[],
  chosen?: readonly string[],
): string[] {
  const judged = new Set(truths.flatMap((truth) => [...truth.judged]));
  const common = labels.filter((label) => judged.has(label));
  const unknown = chosen?.filter((label) => !common.includes(label)) ?? [];
  if (common.length === 0 || unknown.length > 0) {
    throw new EvaluationError(
      `Expected labels that both ${name} (${labels.join(', ')}) and the truth (${[...judged].join(', ')}) have, ` +
        `received ${unknown.join(', ') || 'none in common'}`,
    );
  }
  return chosen ? common.filter((label) => chosen.includes(label)) : common;
}

function checkSizes(truths: readonly PhotoTruth[], answers: readonly PictureAnswer[]): void {
  const faults = truths.flatMap(({ file, size }, index) => {
    const image = answers[index]?.image;
    if (!size || (size.width === image?.width && size.height === image.height)) return [];
    return [
      `${file}: Expected ${size.width} × ${size.height} as in the truth, ` +
        `received ${image?.width} × ${image?.height} upright`,
    ];
  });
  if (faults.length > 0) throw new EvaluationError(`The truth belongs to other photos:\n  ${faults.join('\n  ')}`);
}

function evaluatedPhoto(truth: PhotoTruth, { candidates, served }: PictureAnswer): EvaluatedPhoto {
  return { truth, candidates, served };
}

interface Summarising {
  readonly manifest: Manifest;
  readonly labels: readonly string[];
  readonly criterion: Criterion;
  readonly draws: Pick<ValidateOptions, 'resamples' | 'seed'>;
}

function summarise(
  { answers, loadMs, memory }: Run,
  photos: readonly EvaluatedPhoto[],
  { manifest, labels, criterion, draws }: Summarising,
) {
  const evaluation = evaluate(photos, labels);
  const { bounds } = manifest.thresholds;
  const best = Object.fromEntries(
    evaluation.labels.map(({ label }) => {
      const options = {
        criterion,
        bounds: bounds.confidence,
        current: thresholdOf(manifest.thresholds, label),
        ...draws,
      };
      return [label, validateThreshold(photos, label, options)] as const;
    }),
  );
  return { evaluation, best, loadMs, memory, speed: speedOf(answers.map(({ timing }) => timing)) };
}
