import { type Detection, detect } from './detect.ts';
import { DetectInputError, ModelPackageError } from './errors.ts';
import { readGolden } from './golden.ts';
import type { Model } from './model.ts';
import { type CheckedPart, uncheckedParts } from './unchecked.ts';
import { readPackageFile } from './weights.ts';

/** One golden picture: the expected detections of the package and the model's. Boxes in pixels. */
export interface GoldenFinding {
  readonly model: string;
  readonly picture: string;
  readonly expected: readonly Omit<Detection, 'classIndex'>[];
  readonly found: readonly Omit<Detection, 'classIndex'>[];
  /** Largest difference of confidence, and smallest IoU, of two detections of the same object. */
  readonly tolerance: { readonly confidence: number; readonly iou: number };
  /** Parts of the package that nothing has proven; absent: none. */
  readonly unchecked?: readonly CheckedPart[];
}

/**
 * Runs a model on the golden pictures of its package.
 * @param folder of the package
 * @throws ModelPackageError, ModelOutputError
 */
export async function goldenFindings(folder: string, model: Model): Promise<GoldenFinding[]> {
  const { name, golden: tolerance } = model.manifest;
  const open = uncheckedParts(model.manifest);
  const unchecked = open.length > 0 ? { unchecked: open } : {};
  const findings: GoldenFinding[] = [];
  for (const { picture, detections: expected } of await readGolden(folder)) {
    const found = await detectionsIn(folder, `golden/${picture}`, model);
    findings.push({ model: name, picture, expected, found, tolerance, ...unchecked });
  }
  return findings;
}

async function detectionsIn(folder: string, file: string, model: Model): Promise<readonly Detection[]> {
  const bytes = await readPackageFile(folder, file);
  try {
    return (await detect(model, bytes, { annotate: false })).detections;
  } catch (cause) {
    if (!(cause instanceof DetectInputError)) throw cause;
    throw new ModelPackageError(folder, [`${file}: ${cause.message}`], { cause });
  }
}
