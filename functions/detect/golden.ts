import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { type Detection, detect } from '../detection/detect.ts';
import { readGolden } from '../detection/golden.ts';
import type { Model } from '../detection/model.ts';
import type { Door } from './door.ts';
import { releaseOf } from './release.ts';

/** Asks a version what its models see in their own packages' golden pictures. */
export interface GoldenEvent {
  readonly kind: 'golden';
}

/** One golden picture: what the package expects of it, and what this version sees. Boxes in pixels. */
export interface GoldenFinding {
  readonly model: string;
  readonly picture: string;
  readonly expected: readonly Omit<Detection, 'classIndex'>[];
  readonly found: readonly Omit<Detection, 'classIndex'>[];
  /** Largest difference of confidence, and least IoU, at which two detections still are the same. */
  readonly tolerance: { readonly confidence: number; readonly iou: number };
}

/** Every golden picture of every model. The one who asks judges. */
export interface GoldenAnswer {
  readonly function_version: string;
  readonly findings: readonly GoldenFinding[];
}

/** Runs the models on their golden pictures. @throws whatever a broken model throws: a function error is an answer too */
export async function answerGolden(context: Context, door: Door): Promise<GoldenAnswer> {
  const findings: GoldenFinding[] = [];
  for (const { folder, model } of await door.models.all()) findings.push(...(await examine(folder, model)));
  return { function_version: releaseOf(context).function_version, findings };
}

async function examine(folder: string, model: Model): Promise<GoldenFinding[]> {
  const { name, golden } = model.manifest;
  const findings: GoldenFinding[] = [];
  for (const { picture, detections: expected } of await readGolden(folder)) {
    const bytes = await readFile(join(folder, 'golden', picture));
    const { detections: found } = await detect(model, bytes, { annotate: false });
    findings.push({ model: name, picture, expected, found, tolerance: golden });
  }
  return findings;
}
