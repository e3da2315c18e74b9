import { thresholdOf } from '../../../functions/detection/threshold.ts';
import type { Difference } from '../evaluation/compare.ts';
import type { LabelEvaluation } from '../evaluation/evaluate.ts';
import type { ModelEvaluation } from '../evaluation/evaluate-model.ts';
import { worstPhotos } from '../evaluation/worst.ts';

/** An evaluation for scripts: shares are 0–1, times milliseconds, memory megabytes; unknown values are absent. */
export interface EvaluationJson {
  readonly model: { readonly name: string; readonly version: string; readonly family: string; readonly sha256: string };
  readonly photos: number;
  /** Size of the model's input, pixels. */
  readonly input: { readonly width: number; readonly height: number };
  /** Protocol of the average precisions; absent: as served. */
  readonly protocol?: ModelEvaluation['protocol'];
  readonly mean: ModelEvaluation['evaluation']['mean'];
  readonly count: ModelEvaluation['evaluation']['count'];
  readonly biasByNumber: ModelEvaluation['evaluation']['biasByNumber'];
  readonly labels: readonly (LabelEvaluation & {
    readonly threshold: number;
    readonly best: ModelEvaluation['best'][string];
  })[];
  readonly speed: ModelEvaluation['speed'];
  readonly loadMs: number;
  readonly memory: ModelEvaluation['memory'];
  readonly worst: readonly {
    readonly file: string;
    readonly errors: number;
    readonly wrong: number;
    readonly missed: number;
  }[];
}

export interface ReportJson extends EvaluationJson {
  readonly baseline?: EvaluationJson;
  readonly differences?: readonly Difference[];
  /** The model with another input size. */
  readonly resized?: EvaluationJson;
}

/** What `model eval` measured. */
export interface Results {
  readonly model: ModelEvaluation;
  readonly baseline?: ModelEvaluation;
  readonly differences?: readonly Difference[];
  readonly resized?: ModelEvaluation;
}

/** The whole report as plain data. */
export function reportJson({ model, baseline, differences, resized }: Results): ReportJson {
  return {
    ...evaluationJson(model),
    ...(baseline && { baseline: evaluationJson(baseline) }),
    ...(differences && { differences }),
    ...(resized && { resized: evaluationJson(resized) }),
  };
}

function evaluationJson({
  manifest,
  labels,
  evaluation,
  best,
  speed,
  loadMs,
  memory,
  photos,
  protocol,
}: ModelEvaluation): EvaluationJson {
  const { name, version, family, sha256, thresholds } = manifest;
  return {
    model: { name, version, family, sha256 },
    photos: evaluation.photos,
    input: { width: manifest.input.width, height: manifest.input.height },
    mean: evaluation.mean,
    count: evaluation.count,
    biasByNumber: evaluation.biasByNumber,
    ...(protocol && { protocol }),
    labels: evaluation.labels.map((each) => ({
      ...each,
      threshold: thresholdOf(thresholds, each.label),
      best: best[each.label],
    })),
    speed,
    loadMs,
    memory,
    worst: worstPhotos(photos, labels, 10).map(({ photo, errors, wrong, missed }) => ({
      file: photos[photo]?.truth.file as string,
      errors,
      wrong: wrong.length,
      missed: missed.length,
    })),
  };
}
