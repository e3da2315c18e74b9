import { ModelOutputError } from './errors.ts';
import type { Manifest } from './manifest.ts';
import * as ort from './onnxruntime.ts';

type Input = Manifest['input'];

/** The supported types of output values, which decoders get as float32. */
export const OUTPUT_TYPES: readonly string[] = ['float32', 'float16', 'float64', 'int32', 'int64', 'uint8'];

/** The shape of the input tensor by the manifest. */
export function inputShape({ width, height, layout }: Input): number[] {
  return layout === 'NCHW' ? [1, 3, height, width] : [1, height, width, 3];
}

/** The inputs of a session: the picture's tensor in the model's type, and its size where the model has that input. */
export function feeds(values: Float32Array, input: Input): Record<string, ort.Tensor> {
  const picture = { [input.name]: pictureTensor(values, input) };
  return input.sizes ? { ...picture, [input.sizes.name]: sizesTensor(input, input.sizes) } : picture;
}

function pictureTensor(values: Float32Array, input: Input): ort.Tensor {
  const shape = inputShape(input);
  if (input.type === 'float16') return halfTensor(values, shape);
  if (input.type !== 'uint8') return new ort.Tensor('float32', values, shape);
  return new ort.Tensor('uint8', new Uint8Array(Uint8ClampedArray.from(values).buffer), shape);
}

/**
 * Passes the bits, because ONNX Runtime 1.30 converts them to a Float16Array and then reads a length of 0.
 * https://github.com/microsoft/onnxruntime/pull/32323
 */
function halfTensor(values: Float32Array, shape: readonly number[]): ort.Tensor {
  const bits = new Uint16Array(new Float16Array(values).buffer);
  return Object.defineProperty(new ort.Tensor('float16', bits, shape), 'data', { value: bits });
}

function sizesTensor({ width, height }: Input, { type, order }: NonNullable<Input['sizes']>): ort.Tensor {
  const sizes = order === 'width-height' ? [width, height] : [height, width];
  if (type === 'int64') return new ort.Tensor('int64', BigInt64Array.from(sizes, BigInt), [1, 2]);
  if (type === 'int32') return new ort.Tensor('int32', Int32Array.from(sizes), [1, 2]);
  return new ort.Tensor('float32', Float32Array.from(sizes), [1, 2]);
}

/**
 * An output's values as float32. Rejects NaN and infinity, which comparisons would pass on unnoticed.
 * @throws ModelOutputError
 */
export function finiteValues(output: string, { type, data }: ort.Tensor): Float32Array {
  const values = toFloat32(output, type, data);
  for (let index = 0; index < values.length; index++) {
    if (!Number.isFinite(values[index])) {
      throw new ModelOutputError(output, 'finite numbers', `${values[index]} at index ${index}`);
    }
  }
  return values;
}

function toFloat32(output: string, type: string, data: ort.Tensor['data']): Float32Array {
  if (data instanceof Float32Array) return data;
  if (data instanceof BigInt64Array) return Float32Array.from(data, Number);
  if (type === 'float16' && data instanceof Uint16Array)
    return Float32Array.from(new Float16Array(data.buffer, data.byteOffset, data.length));
  if (OUTPUT_TYPES.includes(type)) return Float32Array.from(data as Float64Array);
  throw new ModelOutputError(output, `${OUTPUT_TYPES.join(', ')} values`, type);
}
