import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadModel, type Manifest, readManifest } from '../../../functions/detection/model.ts';
import { withInputSize } from '../onnx/input-size.ts';
import { type EvaluateOptions, EvaluationError, evaluateModel, type ModelEvaluation } from './evaluate-model.ts';

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Evaluates a package with another size of its input. The package stays as it is.
 * @throws EvaluationError if the graph of the model computes with its present size
 */
export async function evaluateAtSize(folder: string, size: Size, options: EvaluateOptions): Promise<ModelEvaluation> {
  const manifest = await readManifest(folder);
  const copy = await mkdtemp(join(tmpdir(), 'model-size-'));
  try {
    await writeCopy(folder, copy, manifest, size);
    await checkCopy(copy, manifest, size);
    return await evaluateModel(copy, options);
  } finally {
    await rm(copy, { recursive: true });
  }
}

async function writeCopy(folder: string, copy: string, manifest: Manifest, size: Size): Promise<void> {
  const { optimized: _, ...rest } = manifest;
  const input = { ...manifest.input, ...size };
  const model = withInputSize(await readFile(join(folder, 'model.onnx')), input);
  const sha256 = createHash('sha256').update(model).digest('hex');
  await writeFile(join(copy, 'model.onnx'), model);
  await writeFile(join(copy, 'model.json'), JSON.stringify({ ...rest, input, sha256 }));
}

async function checkCopy(copy: string, { input }: Manifest, { width, height }: Size): Promise<void> {
  try {
    const model = await loadModel(copy);
    try {
      await model.infer(new Float32Array(3 * width * height));
    } finally {
      await model.release();
    }
  } catch (cause) {
    throw new EvaluationError(
      `Expected a model that can take ${width} × ${height}, received one whose size is fixed to ${input.width} × ` +
        `${input.height}; export it with this size or with an open one (dynamic axes), and add it again`,
      { cause },
    );
  }
}
