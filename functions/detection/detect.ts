import { encode } from './annotate.ts';
import { type Box, clip } from './box.ts';
import { decode, type Picture } from './decode.ts';
import { DECODERS } from './decoders/families.ts';
import { type Placement, place, toSource } from './letterbox.ts';
import type { Model } from './model.ts';
import { suppress } from './nms.ts';
import { type DetectOptions, type Settings, settle } from './options.ts';
import { toTensor } from './tensor.ts';

export type { Box } from './box.ts';
export type { DetectOptions } from './options.ts';

export interface Detection {
  label: string;
  classIndex: number;
  /** 0–1. */
  confidence: number;
  box: Box;
}

export interface Prediction {
  /** Size of the upright source picture, pixels. */
  image: { width: number; height: number };
  /** By confidence, descending. */
  detections: Detection[];
  /** The picture with its detections drawn in; absent where the options say so. */
  annotated?: { jpeg: Buffer; width: number; height: number };
}

/** The steps of a detection, in order. */
export type Step = 'decode' | 'tensor' | 'infer' | 'boxes' | 'draw' | 'encode';

/** Runs one step's work and passes its result on; measures it, if it likes. */
export type StepTimer = <T>(step: Step, work: () => T | Promise<T>) => Promise<T>;

const untimed: StepTimer = async (_step, work) => work();

/** Longer side at which the model looks at pictures: see `decode`. */
const WORKING_SIDE = 1600;

/**
 * Detects objects in a picture: the whole way from bytes to boxes and the annotated picture.
 * @param picture the bytes of a JPEG, PNG or WebP file
 * @throws EmptyPicture, TooManyBytes, UnsupportedPicture, UndecodablePicture, TooManyPixels, InvalidOption for what the
 * caller sent; ModelOutputError for what the model answered
 */
export async function detect(
  model: Model,
  picture: Uint8Array,
  options: DetectOptions = {},
  time: StepTimer = untimed,
): Promise<Prediction> {
  const settings = settle(model.manifest, options);
  const decoded = await time('decode', () => decode(picture, { ...settings, side: WORKING_SIDE }));
  const placed = place(decoded.source, model.manifest.input);
  const tensor = await time('tensor', () => toTensor(decoded, placed, model.manifest.input));
  const outputs = await time('infer', () => model.infer(tensor));
  const detections = await time('boxes', () => toDetections(model, outputs, settings, decoded, placed));
  const prediction = { image: decoded.source, detections };
  if (!settings.annotate) return prediction;
  return { ...prediction, annotated: await time('encode', () => encode(decoded)) };
}

function toDetections(
  { manifest }: Model,
  outputs: readonly Float32Array[],
  settings: Settings,
  { source }: Picture,
  placed: Placement,
): Detection[] {
  const candidates = DECODERS[manifest.family].decode(outputs, manifest, settings.thresholds);
  return suppress(candidates, settings.iou, manifest.nms).flatMap(({ classIndex, score, corners }) => {
    const label = manifest.labels[classIndex] as string;
    const box = clip(toSource(corners, placed), source);
    return box && settings.labels.has(label) ? [{ label, classIndex, confidence: score, box }] : [];
  });
}
