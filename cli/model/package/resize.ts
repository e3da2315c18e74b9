import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { milliseconds } from '../../../functions/report/format.ts';
import { sha256Of } from '../fetch/download.ts';
import { type ModelFacts, UnsupportedModelError } from '../identify/facts.ts';
import { FixedSizeError, type InspectOptions, inferenceMs, inspectModel } from '../identify/inspect.ts';
import { type Hints, proposalsFor } from '../identify/propose.ts';
import { withInputSize } from '../onnx/input-size.ts';
import { type OnnxFile, readOnnx } from '../onnx/onnx-file.ts';

/** A model as it is packaged. */
export interface Inspected {
  readonly bytes: Uint8Array;
  readonly facts: ModelFacts;
  /** For a rewritten input: the SHA-256 of the file, and what changed in words. */
  readonly resized?: { readonly sha256: string; readonly words: string };
}

/**
 * Inspects a model. Where its size is only declared and the caller sets another one, the declaration in `model.onnx` of
 * the folder is rewritten.
 * @throws UnsupportedModelError; FixedSizeError if the graph of the model computes with the size
 */
export async function inspectAtSize(
  folder: string,
  bytes: Uint8Array,
  options: InspectOptions,
  hints: Hints,
): Promise<Inspected> {
  const file = readOnnx(bytes);
  try {
    return { bytes, facts: await inspectModel(bytes, file, options) };
  } catch (error) {
    if (!(error instanceof FixedSizeError) || !options.size) throw error;
    return rewritten(folder, { bytes, file, fixed: error }, options, hints);
  }
}

interface Fixed {
  readonly bytes: Uint8Array;
  readonly file: OnnxFile;
  readonly fixed: FixedSizeError;
}

async function rewritten(
  folder: string,
  { bytes, file, fixed }: Fixed,
  { size }: InspectOptions,
  hints: Hints,
): Promise<Inspected> {
  const { declared } = fixed;
  const { width, height } = { ...declared, ...size };
  const other = withInputSize(bytes, { ...declared, width, height });
  try {
    const facts = await inspectModel(other, file, {});
    if (proposalsFor(facts, hints).length === 0) throw fixed;
    const before = await inferenceMs(bytes, file, { ...facts.image, width: declared.width, height: declared.height });
    const after = await inferenceMs(other, file, facts.image);
    await writeFile(join(folder, 'model.onnx'), other);
    const pixels = ((width * height) / (declared.width * declared.height)).toFixed(1);
    const words =
      `The size was only declared: the input is now ${width} × ${height} instead of ${declared.width} × ` +
      `${declared.height} (${pixels} times the pixels; one inference takes ${milliseconds(after)} ms instead of ` +
      `${milliseconds(before)} ms). A larger input finds more small objects: compare both on your photos with ` +
      `model eval --try-size ${declared.width}x${declared.height}.`;
    return { bytes: other, facts, resized: { sha256: await sha256Of(join(folder, 'model.onnx')), words } };
  } catch (cause) {
    if (cause instanceof UnsupportedModelError) throw fixed;
    throw cause;
  }
}
