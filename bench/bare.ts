import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Manifest } from '../functions/detection/model.ts';
import * as ort from '../functions/detection/onnxruntime.ts';
import { free } from '../functions/detection/raster.ts';
import { inputShape } from '../functions/detection/tensor-values.ts';
import type { Clock } from './clock.ts';

/** Longer side of the decoded picture, pixels; the product's default. */
const WORKING_SIDE = 1600;

/** The library calls that every detection needs, the baseline of the product's own time. */
export type BareStep = 'decode' | 'infer' | 'encode';

/**
 * Prepares the bare calls with the product's settings: sharp decodes a JPEG at the working size, ONNX Runtime infers a
 * ready tensor once, sharp encodes the same pixels.
 */
export async function bareCalls(folder: string, { input, outputs }: Manifest, threads: number) {
  const session = await ort.InferenceSession.create(await readFile(join(folder, 'model.onnx')), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const values = new Float32Array(3 * input.width * input.height).fill(114);
  const feeds = { [input.name]: new ort.Tensor('float32', values, inputShape(input)) };
  return async (jpeg: Buffer, clock: Clock<BareStep>) => {
    const { data, info } = await clock('decode', () => decodeBare(jpeg));
    await clock('infer', () => session.run(feeds, outputs));
    await clock('encode', () =>
      sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
        .jpeg({ quality: 85, optimiseCoding: false })
        .toBuffer(),
    );
    // As the product does, so that garbage collection of these pixels does not delay the product's turns.
    free({ pixels: data, width: info.width, height: info.height });
  };
}

function decodeBare(jpeg: Buffer) {
  return sharp(jpeg, { autoOrient: true })
    .resize(WORKING_SIDE, WORKING_SIDE, { fit: 'inside', withoutEnlargement: true, kernel: 'mitchell' })
    .raw()
    .toBuffer({ resolveWithObject: true });
}
