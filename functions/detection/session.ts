import * as ort from 'onnxruntime-node';
import { DECODERS } from './decoders/families.ts';
import { ModelOutputError, ModelPackageError } from './errors.ts';
import type { Manifest } from './manifest.ts';
import type { Model } from './model.ts';

export interface LoadOptions {
  /**
   * Threads of one inference, at least 1. Default 1: right for a Lambda function of up to 1,769 MB (one vCPU); a second one
   * gains little with small models (14 → 12 ms for YOLOX-nano).
   */
  readonly threads?: number;
}

type Shape = readonly (number | string)[];

/**
 * Opens an ONNX Runtime session and checks it against the manifest: names, types and shapes of inputs and outputs.
 * A dimension that the model leaves open is settled by a trial run.
 * @throws ModelPackageError
 */
export async function openSession(
  folder: string,
  weights: Uint8Array,
  manifest: Manifest,
  { threads = 1 }: LoadOptions,
): Promise<Pick<Model, 'infer' | 'release'>> {
  const session = await createSession(folder, weights, threads);
  const faults = [...inputFaults(session, manifest), ...outputFaults(session, manifest)];
  if (faults.length > 0) throw new ModelPackageError(folder, faults);
  const infer = (tensor: Float32Array) => run(session, manifest, tensor);
  if (hasOpenShape(session)) await tryOut(folder, manifest, infer);
  return { infer, release: () => session.release() };
}

async function createSession(folder: string, weights: Uint8Array, threads: number): Promise<ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(weights, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // Idle threads would otherwise burn the CPU that decoding and encoding need.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      logSeverityLevel: 3,
    });
  } catch (cause) {
    const fault = `model.onnx: expected a model that ONNX Runtime can load, received: ${(cause as Error).message}`;
    throw new ModelPackageError(folder, [fault], { cause });
  }
}

/** The input tensor's shape as the manifest describes it. */
export function inputShape({ width, height, layout }: Manifest['input']): number[] {
  return layout === 'NCHW' ? [1, 3, height, width] : [1, height, width, 3];
}

function inputFaults(session: ort.InferenceSession, { input }: Manifest): string[] {
  const received = session.inputMetadata;
  if (received.length !== 1) return [`inputs: expected one, received ${names(received)}`];
  return tensorFaults('input', received, input.name, inputShape(input));
}

function outputFaults(session: ort.InferenceSession, manifest: Manifest): string[] {
  const shapes = DECODERS[manifest.family].shapes(manifest);
  return manifest.outputs.flatMap((name, index) =>
    tensorFaults('output', session.outputMetadata, name, shapes[index] ?? []),
  );
}

function tensorFaults(
  what: string,
  received: readonly ort.InferenceSession.ValueMetadata[],
  name: string,
  shape: readonly number[],
): string[] {
  const tensor = received.find((each) => each.name === name);
  if (!tensor) return [`${what}: expected the name "${name}" as in model.json, received ${names(received)}`];
  if (!tensor.isTensor) return [`${what} "${name}": expected a tensor, received another type`];
  const faults: string[] = [];
  if (tensor.type !== 'float32') faults.push(`${what} "${name}": expected float32 values, received ${tensor.type}`);
  if (!fits(tensor.shape, shape)) {
    faults.push(`${what} "${name}": expected the shape [${shape}] by model.json, received [${tensor.shape}]`);
  }
  return faults;
}

function names(values: readonly { name: string }[]): string {
  return values.map(({ name }) => `"${name}"`).join(', ');
}

function fits(received: Shape, expected: readonly number[]): boolean {
  return (
    received.length === expected.length &&
    received.every((dimension, index) => typeof dimension === 'string' || dimension === expected[index])
  );
}

function hasOpenShape(session: ort.InferenceSession): boolean {
  const values = [...session.inputMetadata, ...session.outputMetadata];
  return values.some((value) => value.isTensor && value.shape.some((dimension) => typeof dimension === 'string'));
}

async function tryOut(folder: string, { input }: Manifest, infer: Model['infer']): Promise<void> {
  try {
    await infer(new Float32Array(3 * input.width * input.height));
  } catch (cause) {
    throw new ModelPackageError(folder, [`trial run: ${(cause as Error).message}`], { cause });
  }
}

async function run(session: ort.InferenceSession, manifest: Manifest, tensor: Float32Array): Promise<Float32Array[]> {
  const { input, outputs, family } = manifest;
  const feeds = { [input.name]: new ort.Tensor('float32', tensor, inputShape(input)) };
  const results = await session.run(feeds, outputs);
  const shapes = DECODERS[family].shapes(manifest);
  return outputs.map((name, index) => {
    const result = results[name];
    const shape = shapes[index] ?? [];
    if (!result || !fits(result.dims, shape)) {
      throw new ModelOutputError(name, `the shape [${shape}]`, result ? `[${result.dims}]` : 'nothing');
    }
    return checkFinite(name, result.data);
  });
}

/** Refuses NaN and infinity, which comparisons would pass on in silence. @throws ModelOutputError */
function checkFinite(output: string, data: unknown): Float32Array {
  if (!(data instanceof Float32Array)) throw new ModelOutputError(output, 'float32 values', typeof data);
  for (let index = 0; index < data.length; index++) {
    if (!Number.isFinite(data[index])) {
      throw new ModelOutputError(output, 'finite numbers', `${data[index]} at index ${index}`);
    }
  }
  return data;
}
