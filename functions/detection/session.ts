import type { Shape } from './decoders/decoder.ts';
import { DECODERS } from './decoders/decoders.ts';
import { ModelOutputError, ModelPackageError } from './errors.ts';
import type { Manifest } from './manifest-schema.ts';
import * as ort from './onnxruntime.ts';
import { feeds, finiteValues, inputShape, OUTPUT_TYPES } from './tensor-values.ts';
import type { Weights } from './weights.ts';

/** Options of loading a model. */
export interface LoadOptions {
  /**
   * Threads of one inference, at least 1: see `threadsFor`. Default 1. A second thread gains little with small models
   * (14 → 12 ms for YOLOX-nano).
   */
  readonly threads?: number;
}

/** An open ONNX Runtime session of a model. */
export interface Session {
  /**
   * Runs the model once.
   * @param tensor values of the manifest's input shape
   * @returns the output tensors in the order of the manifest's `outputs`, of the family's shapes, all values finite
   * @throws ModelOutputError
   */
  infer(tensor: Float32Array): Promise<readonly Float32Array[]>;
  /** Frees the session's memory. The model cannot be used afterwards. */
  release(): Promise<void>;
}

/**
 * Opens an ONNX Runtime session and checks it against the manifest: names, types and shapes of inputs and outputs.
 * Checks dimensions that the model leaves open by a trial run.
 * @throws ModelPackageError
 */
export async function openSession(
  folder: string,
  weights: Weights,
  manifest: Manifest,
  { threads = 1 }: LoadOptions,
): Promise<Session> {
  const session = await createSession(folder, weights, threads);
  const faults = [...inputFaults(session, manifest), ...outputFaults(session, manifest)];
  if (faults.length > 0) throw new ModelPackageError(folder, faults);
  const infer = (tensor: Float32Array) => run(session, manifest, tensor);
  if (hasOpenShape(session)) await trialRun(folder, manifest, infer);
  return { infer, release: () => session.release() };
}

async function createSession(folder: string, { file, bytes }: Weights, threads: number): Promise<ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // Because spinning idle threads take the CPU that decoding and encoding need.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      logSeverityLevel: 3,
    });
  } catch (cause) {
    const fault = `${file}: expected a model that ONNX Runtime can load, received: ${(cause as Error).message}`;
    throw new ModelPackageError(folder, [fault], { cause });
  }
}

function inputFaults(session: ort.InferenceSession, { input }: Manifest): string[] {
  const received = session.inputMetadata;
  const { sizes } = input;
  if (received.length !== (sizes ? 2 : 1))
    return [`inputs: expected ${sizes ? 'two' : 'one'}, received ${names(received)}`];
  const picture = { name: input.name, shape: inputShape(input), types: [input.type ?? 'float32'] };
  return [
    ...tensorFaults('input', received, picture),
    ...(sizes ? tensorFaults('input', received, { name: sizes.name, shape: [1, 2], types: [sizes.type] }) : []),
  ];
}

function outputFaults(session: ort.InferenceSession, manifest: Manifest): string[] {
  const shapes = DECODERS[manifest.family].shapes(manifest);
  return manifest.outputs.flatMap((name, index) =>
    tensorFaults('output', session.outputMetadata, { name, shape: shapes[index], types: OUTPUT_TYPES }),
  );
}

interface ExpectedTensor {
  readonly name: string;
  /** `undefined`: any. */
  readonly shape: Shape | undefined;
  readonly types: readonly string[];
}

function tensorFaults(
  what: string,
  received: readonly ort.InferenceSession.ValueMetadata[],
  { name, shape, types }: ExpectedTensor,
): string[] {
  const tensor = received.find((each) => each.name === name);
  if (!tensor) return [`${what}: expected the name "${name}" as in model.json, received ${names(received)}`];
  if (!tensor.isTensor) return [`${what} "${name}": expected a tensor, received another type`];
  const faults: string[] = [];
  if (!types.includes(tensor.type)) {
    faults.push(`${what} "${name}": expected ${types.join(', ')} values, received ${tensor.type}`);
  }
  if (!fits(tensor.shape, shape)) {
    faults.push(
      `${what} "${name}": expected the shape ${show(shape)} as in model.json, received ${show(tensor.shape)}`,
    );
  }
  return faults;
}

function names(values: readonly { name: string }[]): string {
  return values.map(({ name }) => `"${name}"`).join(', ');
}

function fits(received: readonly (number | string)[], expected: Shape | undefined): boolean {
  if (!expected) return true;
  // Some exports leave out the batch of one, which does not change the order of the values.
  if (expected[0] === 1 && received.length === expected.length - 1) return fits(received, expected.slice(1));
  return (
    received.length === expected.length &&
    received.every((dimension, index) => typeof dimension === 'string' || (expected[index] ?? dimension) === dimension)
  );
}

function show(shape: readonly (number | string | undefined)[] = []): string {
  return `[${shape.map((dimension) => dimension ?? 'any')}]`;
}

function hasOpenShape(session: ort.InferenceSession): boolean {
  const values = [...session.inputMetadata, ...session.outputMetadata];
  return values.some((value) => value.isTensor && value.shape.some((dimension) => typeof dimension === 'string'));
}

async function trialRun(folder: string, { input }: Manifest, infer: Session['infer']): Promise<void> {
  try {
    await infer(new Float32Array(3 * input.width * input.height));
  } catch (cause) {
    throw new ModelPackageError(folder, [`trial run: ${(cause as Error).message}`], { cause });
  }
}

async function run(session: ort.InferenceSession, manifest: Manifest, tensor: Float32Array): Promise<Float32Array[]> {
  const { input, outputs, family } = manifest;
  const results = await session.run(feeds(tensor, input), outputs);
  const shapes = DECODERS[family].shapes(manifest);
  return outputs.map((name, index) => {
    const result = results[name];
    if (!result || !fits(result.dims, shapes[index])) {
      throw new ModelOutputError(name, `the shape ${show(shapes[index])}`, result ? show(result.dims) : 'nothing');
    }
    return finiteValues(name, result);
  });
}
