import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GoldenFinding } from '../../../functions/detect/golden.ts';
import { detect } from '../../../functions/detection/detect.ts';
import { readGolden } from '../../../functions/detection/golden.ts';
import type { Model } from '../../../functions/detection/model.ts';

/** What a package's model sees in its golden pictures beside what is expected of it. @throws ModelPackageError, ModelOutputError */
export async function goldenFindings(folder: string, model: Model): Promise<GoldenFinding[]> {
  const { name, golden: tolerance } = model.manifest;
  const findings: GoldenFinding[] = [];
  for (const { picture, detections: expected } of await readGolden(folder)) {
    const bytes = await readFile(join(folder, 'golden', picture));
    const { detections: found } = await detect(model, bytes, { annotate: false });
    findings.push({ model: name, picture, expected, found, tolerance });
  }
  return findings;
}
