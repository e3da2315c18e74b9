import { MAX_INPUT_SIDE } from '../../../functions/detection/manifest-schema.ts';
import * as ort from '../../../functions/detection/onnxruntime.ts';
import { feeds } from '../../../functions/detection/tensor-values.ts';
import type { InputSize } from '../onnx/input-size.ts';
import { type OnnxFile, opsetsInWords } from '../onnx/onnx-file.ts';
import { describeTensor, type ImageInput, type ModelFacts, type OutputFact, UnsupportedModelError } from './facts.ts';

export interface InspectOptions {
  /** Width and height for a model whose input has no fixed size. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Whether another fixed size is an error, because the caller set `size`. */
  readonly sizeRequired?: boolean;
}

/** Input side where neither the model nor the caller sets one: most detectors are trained with it, pixels. */
export const DEFAULT_SIDE = 640;

/** The usual grey of a letterbox, 0–255. */
const GREY = 114;

/** A model whose input has another declared size than the caller's. */
export class FixedSizeError extends UnsupportedModelError {
  readonly declared: InputSize;

  constructor(message: string, declared: InputSize) {
    super(message);
    this.declared = declared;
  }
}

/** Milliseconds of one inference on a grey picture, the fastest of three. */
export async function inferenceMs(bytes: Uint8Array, file: OnnxFile, image: ImageInput): Promise<number> {
  const session = await open(bytes, file);
  try {
    const times: number[] = [];
    for (let run = 0; run < 3; run++) {
      const start = performance.now();
      await trial(session, image);
      times.push(performance.now() - start);
    }
    return Math.min(...times);
  } finally {
    await session.release();
  }
}

/**
 * Opens a model in ONNX Runtime, finds its picture input, and runs it once on a grey picture for the real shapes of its
 * outputs.
 * @throws UnsupportedModelError
 */
export async function inspectModel(bytes: Uint8Array, file: OnnxFile, options: InspectOptions): Promise<ModelFacts> {
  const session = await open(bytes, file);
  try {
    const image = imageInput(session, file, options);
    return { file, image, outputs: await trial(session, image) };
  } finally {
    await session.release();
  }
}

async function open(bytes: Uint8Array, file: OnnxFile): Promise<ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(bytes, { executionProviders: ['cpu'], logSeverityLevel: 4 });
  } catch (cause) {
    throw new UnsupportedModelError(
      `Expected a model that ONNX Runtime ${ort.env.versions.node ?? ort.env.versions.common} can load, received ` +
        `IR version ${file.irVersion} and operator sets ${opsetsInWords(file)}: ${(cause as Error).message}`,
      { cause },
    );
  }
}

type Metadata = Extract<ort.InferenceSession.ValueMetadata, { isTensor: true }>;

function imageInput({ inputMetadata }: ort.InferenceSession, file: OnnxFile, options: InspectOptions): ImageInput {
  const inputs = inputMetadata.filter((input): input is Metadata => input.isTensor);
  const image = inputs.find(({ shape }) => shape.length === 4);
  const described = inputs.map(({ name, type, shape }) => describeTensor({ name, type, dims: shape })).join(', ');
  if (!image) {
    throw new UnsupportedModelError(
      `Expected an input for a picture, [1, 3, height, width] or [1, height, width, 3], received ${described}; ` +
        'use the .onnx file of an object detector for pictures',
    );
  }
  const others = inputs.filter((input) => input !== image);
  const sizes = others[0];
  if (others.length > 1 || (sizes && !isSize(sizes))) {
    throw new UnsupportedModelError(
      `Expected one input for a picture and at most one [1, 2] for its size, received ${described}; ` +
        'export it without the others',
    );
  }
  return { ...pictureInput(image, file, options), ...(sizes && { sizes: sizeInput(sizes) }) };
}

function isSize({ shape, type }: Metadata): boolean {
  return shape.length === 2 && shape[1] === 2 && ['float32', 'int32', 'int64'].includes(type);
}

/** `orig_target_sizes` of the DETR exports is width and height; other models use height and width. */
function sizeInput({ name, type }: Metadata): NonNullable<ImageInput['sizes']> {
  const order = /target/i.test(name) ? 'width-height' : 'height-width';
  return { name, type: type as 'float32' | 'int32' | 'int64', order };
}

function pictureInput({ name, type, shape }: Metadata, file: OnnxFile, options: InspectOptions): ImageInput {
  const [batch, second, third, fourth] = shape as [number | string, number | string, number | string, number | string];
  const described = describeTensor({ name, type, dims: shape });
  if (typeof batch === 'number' && batch !== 1) {
    throw new UnsupportedModelError(
      `Expected a batch of one picture, received the input ${described}; export it with a batch of 1`,
    );
  }
  if (type !== 'float32' && type !== 'float16' && type !== 'uint8') {
    throw new UnsupportedModelError(`Expected float32, float16 or uint8 pixels, received the input ${described}`);
  }
  if (fourth !== 3 && typeof second === 'number' && second !== 3) {
    throw new UnsupportedModelError(
      `Expected three colours, received the input ${described}; export a model that was trained on colour pictures`,
    );
  }
  const layout = fourth === 3 && second !== 3 ? 'NHWC' : 'NCHW';
  const [height, width] = layout === 'NHWC' ? [second, third] : [third, fourth];
  const chosen = options.size ?? sizeFromMetadata(file) ?? { width: DEFAULT_SIDE, height: DEFAULT_SIDE };
  const size = { width: sideOf(width, chosen.width, described), height: sideOf(height, chosen.height, described) };
  if (Math.max(size.width, size.height) > MAX_INPUT_SIDE)
    throw new UnsupportedModelError(
      `Expected an input of at most ${MAX_INPUT_SIDE} pixels on each side, received ${size.width} × ${size.height} ` +
        `in the file (${described}); set --size to the size of the training`,
    );
  if (options.sizeRequired && (size.width !== chosen.width || size.height !== chosen.height)) {
    throw new FixedSizeError(
      `Expected an input of ${chosen.width} × ${chosen.height} as in --size, received ${described}, whose size is ` +
        'fixed; export it with this size or with an open one (dynamic axes), or leave out --size',
      { name, layout, ...size },
    );
  }
  return { name, layout, ...size, ...(type !== 'float32' && { type }) };
}

function sideOf(dimension: number | string, chosen: number, described: string): number {
  if (typeof dimension === 'string') return chosen;
  if (dimension > 0) return dimension;
  throw new UnsupportedModelError(`Expected an input with a size, received ${described}`);
}

/** Ultralytics writes `imgsz`: height and width. */
function sizeFromMetadata({ metadata }: OnnxFile): { width: number; height: number } | undefined {
  const [, height, width] = /^\[(\d+), (\d+)\]$/.exec(metadata.imgsz ?? '') ?? [];
  return height && width ? { width: Number(width), height: Number(height) } : undefined;
}

async function trial(session: ort.InferenceSession, image: ImageInput): Promise<OutputFact[]> {
  const grey = new Float32Array(3 * image.width * image.height).fill(image.type === 'uint8' ? GREY : GREY / 255);
  const results = await session.run(feeds(grey, asInput(image))).catch((cause: Error) => {
    throw new UnsupportedModelError(
      `Expected a model that runs on a ${image.width} × ${image.height} picture, received: ${cause.message}; ` +
        'set --size <width>x<height> if it requires another size',
      { cause },
    );
  });
  return session.outputNames.flatMap((name) => {
    const result = results[name];
    return result ? [{ name, type: result.type, dims: result.dims }] : [];
  });
}

/** Any scaling of pixels, because shapes do not depend on it. */
function asInput(image: ImageInput): Parameters<typeof feeds>[1] {
  return { ...image, colour: 'RGB', scale: 1, mean: [0, 0, 0], std: [1, 1, 1], fit: { kind: 'stretch' } };
}
