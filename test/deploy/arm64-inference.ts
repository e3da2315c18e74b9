/**
 * One detection on the processor that it runs on. `arm64.sh` bundles and runs it.
 *
 *   node inference.cjs <model package> <cars expected>
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detect } from '../../functions/detection/detect.ts';
import { loadModel } from '../../functions/detection/model.ts';

async function main(folder: string, expected: number): Promise<void> {
  const model = await loadModel(folder);
  const { detections, annotated } = await detect(model, readFileSync(join(folder, 'golden', 'cars.jpg')), {
    labels: ['car'],
  });
  const confidences = detections.map(({ confidence }) => confidence.toFixed(3)).join(', ');
  console.log(
    `${process.arch}: ${detections.length} cars (${confidences}), picture of ${annotated?.jpeg.length} bytes`,
  );
  if (detections.length !== expected) throw new Error(`expected ${expected} cars, received ${detections.length}`);
}

main(process.argv[2] ?? '', Number(process.argv[3]));
