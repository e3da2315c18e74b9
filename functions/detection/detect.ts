import { type Legend, legendOf } from './annotate/caption.ts';
import { draw } from './annotate/draw.ts';
import { encode } from './annotate/encode.ts';
import { surfaceFor } from './annotate/surface.ts';
import { type Box, clip } from './box.ts';
import { decode, type Picture } from './decode.ts';
import { DECODERS } from './decoders/decoders.ts';
import { type Placement, place, toSource } from './letterbox.ts';
import { luminanceOf } from './luminance.ts';
import type { Manifest } from './manifest.ts';
import { measuresOf, type PictureMeasures } from './measures.ts';
import type { Model } from './model.ts';
import { suppress } from './nms.ts';
import { type DetectOptions, resolveOptions, type Settings } from './options.ts';
import { free, type Raster, type Size } from './raster.ts';
import { toTensor } from './tensor.ts';
import { returnTensor } from './tensor-pool.ts';

export type { Box } from './box.ts';
export type { DetectOptions } from './options.ts';

/** A detected object. */
export interface Detection {
  label: string;
  classIndex: number;
  /** 0–1. */
  confidence: number;
  box: Box;
}

/** The result of `detect`. */
export interface Prediction {
  /** Size of the upright source picture, pixels; what is damaged in it, where it was served all the same. */
  image: { width: number; height: number; damage?: string };
  /** The picture's scene: see `luminanceOf`. */
  luminance: string;
  /** With `measure: true`. */
  measures?: PictureMeasures;
  /** By confidence, descending. */
  detections: Detection[];
  /**
   * The picture with its detections drawn in, and the labels of captions that are numbers; absent with
   * `annotate: false`.
   */
  annotated?: { jpeg: Buffer; width: number; height: number; legend?: Legend };
}

/** The steps of a detection, in order. */
export type Step = 'decode' | 'tensor' | 'infer' | 'boxes' | 'draw' | 'encode';

/** Runs the work of one step and returns its result. Callers use it to measure the step. */
export type StepTimer = <T>(step: Step, work: () => T | Promise<T>) => Promise<T>;

const untimed: StepTimer = async (_step, work) => work();

/**
 * Longer side at which a picture is decoded for the model, pixels, unless the model's input is larger. Independent of
 * the annotated picture's size, so that it never changes the detections; equal to its default, so that one decode
 * serves both.
 */
const WORKING_SIDE = 1600;

/**
 * Detects objects in a picture: from bytes to boxes and the annotated picture.
 * @param picture the bytes of a JPEG, PNG, WebP or AVIF file
 * @throws a DetectInputError for the picture and the options (EmptyPictureError, PictureTooLargeError,
 * UnsupportedPictureError, UndecodablePictureError, TooManyPixelsError, TooComplexPictureError,
 * InvalidDetectOptionError); ModelOutputError
 */
export async function detect(
  model: Model,
  picture: Uint8Array,
  options: DetectOptions = {},
  time: StepTimer = untimed,
): Promise<Prediction> {
  const { manifest } = model;
  const settings = resolveOptions(manifest, options);
  const limits = { ...settings, side: decodedSide(manifest) };
  const decoded = await time('decode', () => decode(picture, limits));
  const inferred = await inferIn(model, decoded, time);
  const detections = await time('boxes', () => detectionsOf(manifest, inferred, settings));
  const { source, damage } = decoded;
  const image = { ...source, ...(damage !== undefined && { damage }) };
  const measures = settings.measure && { measures: measuresOf(decoded, picture) };
  const prediction = { image, luminance: luminanceOf(decoded), ...measures, detections };
  if (!settings.annotate) return release(prediction, decoded);
  const drawn = await time('draw', async () => {
    const surface = await surfaceFor(decoded, picture, limits, settings.maxSide);
    draw(surface, detections, decoded.source);
    return surface;
  });
  const legend = legendOf(detections);
  const annotated = { ...(await time('encode', () => encode(drawn))), ...(legend && { legend }) };
  return release({ ...prediction, annotated }, decoded, drawn);
}

/** Frees the pictures of a prediction. */
function release(prediction: Prediction, ...pictures: readonly Raster[]): Prediction {
  pictures.forEach(free);
  return prediction;
}

/** Longer side at which a picture is decoded for a model, pixels. */
export function decodedSide({ input }: Manifest): number {
  return Math.max(WORKING_SIDE, input.width, input.height);
}

/** What a model found in a picture, before any threshold. */
export interface Inferred {
  readonly outputs: readonly Float32Array[];
  /** Size of the upright source picture. */
  readonly source: Size;
  readonly placed: Placement;
}

/** Runs a model on a decoded picture, which other models can use afterwards. @throws ModelOutputError */
export async function inferIn(model: Model, decoded: Picture, time: StepTimer = untimed): Promise<Inferred> {
  const { input } = model.manifest;
  const placed = place(decoded.source, input);
  const tensor = await time('tensor', () => toTensor(decoded, placed, input));
  const outputs = await time('infer', () => model.infer(tensor));
  returnTensor(tensor);
  return { outputs, source: decoded.source, placed };
}

/** The detections at the thresholds of the settings, by confidence, descending. @throws ModelOutputError */
export function detectionsOf(
  manifest: Manifest,
  { outputs, source, placed }: Inferred,
  settings: Settings,
): Detection[] {
  const candidates = DECODERS[manifest.family].decode(outputs, manifest, settings.thresholds);
  return suppress(candidates, settings.iou, manifest.nms).flatMap(({ classIndex, score, corners }) => {
    const label = manifest.labels[classIndex] as string;
    const box = clip(toSource(corners, placed), source);
    return box && settings.labels.has(label) ? [{ label, classIndex, confidence: score, box }] : [];
  });
}
