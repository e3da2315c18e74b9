import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as z from 'zod';
import { type Detection, detect } from '../../../functions/detection/detect.ts';
import type { goldenSchema } from '../../../functions/detection/golden.ts';
import type { Model } from '../../../functions/detection/model.ts';
import { formatJson } from '../files/format-json.ts';
import { goldenPictures } from '../files/golden-pictures.ts';
import { writeWhole } from '../files/write-whole.ts';

/** Path of the expected detections in a package. */
export const EXPECTED = join('golden', 'expected.json');

/** A model's detections in each golden picture of a package, at the manifest's thresholds. */
export async function detectGolden(folder: string, model: Model): Promise<Record<string, Detection[]>> {
  const found: Record<string, Detection[]> = {};
  for (const picture of await goldenPictures(folder)) {
    const bytes = await readFile(join(folder, 'golden', picture));
    found[picture] = (await detect(model, bytes, { annotate: false })).detections;
  }
  return found;
}

/** Writes `golden/expected.json`, which the golden gate compares with each version of this package. */
export async function writeExpected(
  folder: string,
  found: Readonly<Record<string, readonly Pick<Detection, 'label' | 'confidence' | 'box'>[]>>,
): Promise<void> {
  const expected: z.infer<typeof goldenSchema> = Object.fromEntries(
    Object.entries(found).map(([picture, detections]) => [picture, detections.map(rounded)]),
  );
  await writeWhole(join(folder, EXPECTED), formatJson(expected));
}

/** Rounded, because further digits differ between machines; the tolerance is much larger. */
function rounded({
  label,
  confidence,
  box,
}: Pick<Detection, 'label' | 'confidence' | 'box'>): z.infer<typeof goldenSchema>[string][number] {
  const tenth = (value: number) => Math.round(value * 10) / 10;
  return {
    label,
    confidence: Math.round(confidence * 1e4) / 1e4,
    box: { x: tenth(box.x), y: tenth(box.y), width: tenth(box.width), height: tenth(box.height) },
  };
}
