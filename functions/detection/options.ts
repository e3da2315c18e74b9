import { InvalidDetectOptionError } from './errors.ts';
import type { Manifest } from './manifest.ts';
import { thresholdOf } from './threshold.ts';

/** Options of a detection. Each is checked against the model's manifest. */
export interface DetectOptions {
  /**
   * Confidence threshold, within the manifest's bounds. It overrides each label's own threshold in the manifest, which
   * is the default.
   */
  confidence?: number;
  /** IoU over which two boxes are the same object, within the manifest's bounds. Default: the manifest's. */
  iou?: number;
  /**
   * The labels to return. Default: all. Filters the detections and never changes them: an orange that scores a little
   * as an apple stays an orange in a request for apples only.
   */
  labels?: readonly string[];
  /** Longer side of the annotated picture, pixels, 16–16384; smaller pictures keep their size. Default 1600. */
  maxSide?: number;
  /** Most pixels (width × height) of the picture, 1–268 million. Default 50 million: the largest phone photos. */
  maxPixels?: number;
  /** Most bytes of the picture, 1 to 1 GiB. Default 128 MiB. */
  maxBytes?: number;
  /** Whether to draw the annotated picture. Default true. */
  annotate?: boolean;
  /** Whether to measure the picture for monitoring, which takes about 0.15 ms. Default false. */
  measure?: boolean;
  /** What to do with a picture that lacks image data. Default `reject`; `serve` marks it as damaged. */
  damaged?: 'reject' | 'serve';
  /** Seconds after which decoding is given up, 0.1–900. Default 10. */
  decodeSeconds?: number;
}

/** The options of one detection, complete with defaults. */
export interface Settings {
  /** Confidence threshold by class index. */
  readonly thresholds: readonly number[];
  readonly iou: number;
  readonly labels: ReadonlySet<string>;
  readonly maxSide: number;
  readonly maxPixels: number;
  readonly maxBytes: number;
  readonly annotate: boolean;
  readonly measure: boolean;
  readonly damaged: 'reject' | 'serve';
  readonly seconds: number;
}

const DEFAULTS = {
  maxSide: 1600,
  maxPixels: 50_000_000,
  maxBytes: 128 * 1024 * 1024,
  annotate: true,
  measure: false,
  damaged: 'reject',
  seconds: 10,
} as const;

/**
 * Completes a request's options with the manifest's values.
 * @throws InvalidDetectOptionError
 */
export function resolveOptions(manifest: Manifest, options: DetectOptions): Settings {
  const { thresholds, labels } = manifest;
  const confidence = within('confidence', options.confidence, thresholds.bounds.confidence);
  return {
    thresholds: labels.map((label) => confidence ?? thresholdOf(thresholds, label)),
    iou: within('iou', options.iou, thresholds.bounds.iou) ?? thresholds.iou,
    labels: new Set(knownLabels(options.labels, labels)),
    maxSide: whole('maxSide', options.maxSide ?? DEFAULTS.maxSide, 16, 16_384),
    maxPixels: whole('maxPixels', options.maxPixels ?? DEFAULTS.maxPixels, 1, 268_000_000),
    maxBytes: whole('maxBytes', options.maxBytes ?? DEFAULTS.maxBytes, 1, 1024 ** 3),
    annotate: options.annotate ?? DEFAULTS.annotate,
    measure: options.measure ?? DEFAULTS.measure,
    damaged: options.damaged ?? DEFAULTS.damaged,
    seconds: within('decodeSeconds', options.decodeSeconds, { min: 0.1, max: 900 }) ?? DEFAULTS.seconds,
  };
}

function within(option: string, value: number | undefined, { min, max }: { min: number; max: number }) {
  if (value === undefined || (value >= min && value <= max)) return value;
  throw new InvalidDetectOptionError(option, `a number from ${min} to ${max}`, value, { min, max });
}

function whole(option: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new InvalidDetectOptionError(option, `a whole number from ${min} to ${max}`, value, { min, max });
}

function knownLabels(labels: readonly string[] | undefined, known: readonly string[]): readonly string[] {
  const unknown = labels?.filter((label) => !known.includes(label)) ?? [];
  if (unknown.length > 0)
    throw new InvalidDetectOptionError('labels', `labels of the model (${known.join(', ')})`, unknown);
  return labels ?? known;
}
