import * as z from 'zod';
import { FAMILIES } from './decoders/families.ts';

const probability = z.number().min(0).max(1);
const perChannel = z.tuple([z.number(), z.number(), z.number()]);
/** Largest side of a model's input, pixels. */
export const MAX_INPUT_SIDE = 4096;
const side = z.int().min(1).max(MAX_INPUT_SIDE);

/** Range of a request's option, both bounds inclusive. */
const boundsSchema = z
  .strictObject({ min: probability.default(0), max: probability.default(1) })
  .refine(({ min, max }) => min <= max, 'expected min to be at most max');

/**
 * The model's input tensor: `value = (pixel · scale − mean) / std`, pixel 0–255, `mean` and `std` in the order of
 * `colour`.
 */
const inputSchema = z.strictObject({
  name: z.string().min(1),
  /** Type of the tensor's values. Default `float32`; `uint8` takes pixels unchanged, rounded. */
  type: z.enum(['float32', 'float16', 'uint8']).optional(),
  width: side,
  height: side,
  layout: z.enum(['NCHW', 'NHWC']),
  colour: z.enum(['RGB', 'BGR']),
  scale: z.number().positive().default(1),
  mean: perChannel.default([0, 0, 0]),
  std: perChannel.refine((std) => std.every((each) => each > 0), 'expected positive numbers').default([1, 1, 1]),
  /** `letterbox` keeps the proportions and fills the rest with `pad`; `stretch` fills the whole input. */
  fit: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('letterbox'),
      position: z.enum(['top-left', 'centre']),
      /** The grey of the filling, 0–255, before `scale`, `mean` and `std`. */
      pad: z.int().min(0).max(255),
    }),
    z.strictObject({ kind: z.literal('stretch') }),
  ]),
  /**
   * A second input `[1, 2]` for the picture's size, where the model has one. It gets the tensor's own size, so that
   * boxes are in pixels of the tensor.
   */
  sizes: z
    .strictObject({
      name: z.string().min(1),
      type: z.enum(['float32', 'int32', 'int64']),
      order: z.enum(['height-width', 'width-height']),
    })
    .optional(),
});

/** The format of a model's boxes, for families whose exports differ. */
const boxesSchema = z.strictObject({
  /** Left, top, right, bottom; or top, left, bottom, right. */
  order: z.enum(['xyxy', 'yxyx']),
  /** Fractions of the input's sides, or its pixels. */
  unit: z.enum(['share', 'pixels']),
  /** The number of the first label; 1 where 0 is the background. */
  firstClass: z.literal([0, 1]),
});

/** The values that a row of a model with suppression inside can have, by meaning. */
export const ROW_COLUMNS = ['left', 'top', 'right', 'bottom', 'score', 'objectness', 'class', 'unused'] as const;

const NEEDED_COLUMNS = ROW_COLUMNS.slice(0, 5);

/** The meaning of the rows of `end-to-end`, where it is not the usual one (`USUAL_ROWS`). */
export const rowsSchema = z.strictObject({
  /** The values of a row in their order. A row's score is `score`, times `objectness` if there is one. */
  columns: z.array(z.enum(ROW_COLUMNS)).refine((columns) => {
    const once = columns.filter((each) => each !== 'unused');
    return new Set(once).size === once.length && NEEDED_COLUMNS.every((each) => columns.includes(each));
  }, 'expected left, top, right, bottom and score once, class and objectness at most once, and else unused'),
  unit: z.enum(['share', 'pixels']),
  firstClass: z.literal([0, 1]),
});

const thresholdsSchema = z.strictObject({
  /** Confidence threshold of labels that `perLabel` lacks, unless the request has one. */
  confidence: probability,
  /** Confidence threshold by label, unless the request has one. */
  perLabel: z.record(z.string(), probability).default({}),
  /** IoU over which two boxes are the same object. */
  iou: probability,
  /** Ranges of a request's options. */
  bounds: z.strictObject({ confidence: boundsSchema.prefault({}), iou: boundsSchema.prefault({}) }).prefault({}),
});

/** Weights in ONNX Runtime's optimized format, written by `model optimize`. Used only where all of it matches. */
const optimizedSchema = z.strictObject({
  /** The file beside `model.onnx`. */
  file: z.string().regex(/^[\w.-]+\.ort$/, 'expected the name of an .ort file'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits'),
  /** SHA-256 of the `model.onnx` from which it was made. */
  of: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits'),
  /** ONNX Runtime's version. */
  runtime: z.string().min(1),
  /** `machineName()` of the machine that made it. */
  machine: z.string().min(1),
});

/** Tolerance between a golden picture's detections and `golden/expected.json`. */
const toleranceSchema = z.strictObject({
  /** Largest difference of a detection's confidence. */
  confidence: probability.default(0.05),
  /** Smallest IoU of a detected and the expected box. */
  iou: probability.default(0.9),
});

/** What the golden pictures proved when the package was made; `false`: not checked. */
const checkedSchema = z.strictObject({
  /** Boxes fit annotated objects. */
  boxes: z.boolean(),
  /** Annotated objects got their own label, so that names and class numbers belong together. */
  classes: z.boolean(),
  /** Results are clearly worse with red and blue exchanged. */
  colour: z.boolean(),
});

/** The fields of `model.json`, each checked by itself. Strict: unknown keys are rejected. */
export const fieldsSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'expected lower-case letters, digits, dots and dashes'),
  version: z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/, 'expected a semantic version such as 1.0.0'),
  family: z.enum(FAMILIES),
  input: inputSchema,
  /** Names of the output tensors, in the order of the family's decoder. */
  outputs: z.array(z.string().min(1)).min(1),
  /** Required by the family `ssd`, and by no other. */
  boxes: boxesSchema.optional(),
  /** Only for `end-to-end`. */
  rows: rowsSchema.optional(),
  /** Only for `yolov8`: the output is `[1, N, 4 + classes]`. */
  transposed: z.literal(true).optional(),
  /** Class names in the order of the model's scores. */
  labels: z
    .array(z.string().min(1))
    .min(1)
    .refine((labels) => new Set(labels).size === labels.length, 'expected each label once'),
  thresholds: thresholdsSchema,
  /** Which boxes suppress each other: those of one class, or all. Counting needs `across-classes`. */
  nms: z.enum(['per-class', 'across-classes']),
  golden: toleranceSchema.prefault({}),
  /** Written by `model add`; absent where nothing is known. */
  checked: checkedSchema.optional(),
  /** Files that load faster than `model.onnx` on some machines. */
  optimized: z.array(optimizedSchema).optional(),
  /** SHA-256 of `model.onnx`, 64 hex digits. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits'),
  /** SPDX expression of the weights' licence. */
  licence: z.string().min(1),
  /** Origin of the weights. */
  provenance: z.string().min(1),
});

/** A checked model description: input, outputs and their meaning. */
export type Manifest = z.infer<typeof fieldsSchema>;
