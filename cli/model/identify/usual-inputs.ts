import type { Proposal } from './facts.ts';

type Input = Proposal['input'];

const IMAGENET = { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] } as const;
const PLAIN = { mean: [0, 0, 0], std: [1, 1, 1] } as const;

/** YOLOv5 and later of Ultralytics. */
export const ULTRALYTICS: Input = {
  colour: 'RGB',
  scale: 1 / 255,
  ...spread(PLAIN),
  fit: { kind: 'letterbox', position: 'centre', pad: 114 },
};

/** YOLOX from 0.2 on. */
export const YOLOX: Input = {
  colour: 'BGR',
  scale: 1,
  ...spread(PLAIN),
  fit: { kind: 'letterbox', position: 'top-left', pad: 114 },
};

/** Weights before YOLOX 0.2, and forks of it: https://github.com/Megvii-BaseDetection/YOLOX/blob/main/README.md */
export const LEGACY_YOLOX: Input = { ...YOLOX, colour: 'RGB', ...spread(IMAGENET) };

/** Most models without a letterbox. */
export const STRETCHED_RGB: Input = { colour: 'RGB', scale: 1 / 255, ...spread(PLAIN), fit: { kind: 'stretch' } };

/** Bytes, stretched. */
export const STRETCHED_BYTES: Input = { ...STRETCHED_RGB, scale: 1 };

/** ImageNet's mean and standard deviation, stretched: DETR and its successors. */
export const STRETCHED_IMAGENET: Input = { ...STRETCHED_BYTES, ...spread(IMAGENET) };

/** NanoDet. */
export const NANODET: Input = {
  colour: 'BGR',
  scale: 1,
  mean: [103.53, 116.28, 123.675],
  std: [57.375, 57.12, 58.395],
  fit: { kind: 'stretch' },
};

/** RTMDet: NanoDet's pixels in YOLOX's letterbox. */
export const RTMDET: Input = { ...NANODET, fit: YOLOX.fit };

/** BlazeFace: −1 to 1. */
export const BLAZEFACE: Input = { ...STRETCHED_BYTES, mean: [127.5, 127.5, 127.5], std: [127.5, 127.5, 127.5] };

/** Copies, because the manifest's schema requires mutable tuples. */
function spread({ mean, std }: { mean: readonly [number, number, number]; std: readonly [number, number, number] }) {
  return { mean: [...mean] as [number, number, number], std: [...std] as [number, number, number] };
}
