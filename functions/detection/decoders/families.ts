/** The model families that a manifest can name, one decoder each. */
export const FAMILIES = [
  'yolox',
  'yolov3',
  'yolov5',
  'yolov8',
  'end-to-end',
  'nanodet',
  'fastestdet',
  'ssd',
  'detr',
  'rt-detr',
] as const;

export type Family = (typeof FAMILIES)[number];
