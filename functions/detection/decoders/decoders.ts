import type { Decoder } from './decoder.ts';
import { detr, rtDetr } from './detr.ts';
import { endToEnd } from './end-to-end.ts';
import type { Family } from './families.ts';
import { fastestdet } from './fastestdet.ts';
import { nanodet } from './nanodet.ts';
import { ssd } from './ssd.ts';
import { yolov3 } from './yolov3.ts';
import { yolov5 } from './yolov5.ts';
import { yolov8 } from './yolov8.ts';
import { yolox } from './yolox.ts';

/** The decoder of each family. */
export const DECODERS: Record<Family, Decoder> = {
  yolox,
  yolov3,
  yolov5,
  yolov8,
  'end-to-end': endToEnd,
  nanodet,
  fastestdet,
  ssd,
  detr,
  'rt-detr': rtDetr,
};
