import type { TinyNode, TinyTensor } from '../../detection/fixtures/tiny-onnx.ts';
import { rewired } from './rewired.ts';
import { at, gather } from './variants.ts';

/** The values that a model expects: `pixel = value · std + mean`, in an order of colours. */
export interface Feed {
  readonly colour: 'RGB' | 'BGR';
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  readonly layout?: 'NCHW' | 'NHWC';
  readonly type?: 'float' | 'uint8';
  /** A symbolic batch, height and width in the declared shape. */
  readonly open?: boolean;
}

const IMAGENET = { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] };

/** Feeds in use. */
export const FEEDS = {
  bgr: { colour: 'BGR' },
  rgb: { colour: 'RGB' },
  rgb01: { colour: 'RGB', std: [255, 255, 255] },
  bgr01: { colour: 'BGR', std: [255, 255, 255] },
  imagenet: { colour: 'RGB', ...IMAGENET },
  bgrImagenet: { colour: 'BGR', mean: IMAGENET.mean.toReversed(), std: IMAGENET.std.toReversed() },
  signed: { colour: 'RGB', mean: [127.5, 127.5, 127.5], std: [127.5, 127.5, 127.5] },
  bytes: { colour: 'BGR', type: 'uint8' },
  rgbBytes: { colour: 'RGB', type: 'uint8', layout: 'NHWC' },
  channelsLast: { colour: 'RGB', std: [255, 255, 255], layout: 'NHWC' },
  openSize: { colour: 'BGR', open: true },
} as const satisfies Record<string, Feed>;

/** A model, made for BGR from 0 to 255 in NCHW, that expects another feed. */
export function fed(model: Uint8Array, feed: Feed): Uint8Array {
  const { colour, mean = [0, 0, 0], std = [1, 1, 1], layout = 'NCHW', type = 'float', open } = feed;
  const channels = (name: string, values: readonly number[]): TinyTensor => ({
    name,
    dims: [1, 3, 1, 1],
    values: Float32Array.from(values),
  });
  const side = open ? 'side' : 416;
  const planes = layout === 'NHWC' ? [1, side, side, 3] : [open ? 'batch' : 1, 3, side, side];
  const nodes: TinyNode[] = [
    { op: 'Cast', inputs: ['fed'], output: 'floats', attributes: { to: 1 } },
    layout === 'NHWC'
      ? { op: 'Transpose', inputs: ['floats'], output: 'planes', attributes: { perm: [0, 3, 1, 2] } }
      : { op: 'Identity', inputs: ['floats'], output: 'planes' },
    { op: 'Mul', inputs: ['planes', 'fed std'], output: 'scaled' },
    { op: 'Add', inputs: ['scaled', 'fed mean'], output: 'pixels' },
    colour === 'RGB'
      ? gather('pixels', 'fed order', 'images', 1)
      : { op: 'Identity', inputs: ['pixels'], output: 'images' },
  ];
  return rewired(model, {
    before: { input: { name: 'fed', shape: planes, type }, nodes },
    nodes: [],
    constants: [channels('fed std', std), channels('fed mean', mean), at('fed order', 2, 1, 0)],
  });
}
