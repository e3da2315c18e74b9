import { z } from 'zod';
import { FAMILIES } from './decoders/families.ts';

const probability = z.number().min(0).max(1);
const perChannel = z.tuple([z.number(), z.number(), z.number()]);
const side = z.int().min(1).max(4096);

/** Bounds of what a request may ask for, both inclusive. */
const boundsSchema = z
  .strictObject({ min: probability.default(0), max: probability.default(1) })
  .refine(({ min, max }) => min <= max, 'expected min to be at most max');

/**
 * How pixels become the model's input tensor. `value = (pixel · scale − mean) / std`, pixel 0–255, `mean` and `std` in the
 * order of `colour`.
 */
const inputSchema = z.strictObject({
  name: z.string().min(1),
  /** What the tensor's values are, `float32` unless said otherwise; `uint8` takes pixels as they are, rounded. */
  type: z.enum(['float32', 'float16', 'uint8']).optional(),
  width: side,
  height: side,
  layout: z.enum(['NCHW', 'NHWC']),
  colour: z.enum(['RGB', 'BGR']),
  scale: z.number().positive().default(1),
  mean: perChannel.default([0, 0, 0]),
  std: perChannel.refine((std) => std.every((each) => each > 0), 'expected positive numbers').default([1, 1, 1]),
  /** `letterbox` keeps the picture's proportions and fills the rest with `pad`; `stretch` fills the whole input. */
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
   * A second input `[1, 2]` that takes the picture's size, where the model has one. It is told the tensor's own size, so that the model
   * answers in pixels of the tensor.
   */
  sizes: z
    .strictObject({
      name: z.string().min(1),
      type: z.enum(['float32', 'int32', 'int64']),
      order: z.enum(['height-width', 'width-height']),
    })
    .optional(),
});

/** How a model writes its boxes, for families whose exports differ in it. */
const boxesSchema = z.strictObject({
  /** Left, top, right, bottom; or top, left, bottom, right. */
  order: z.enum(['xyxy', 'yxyx']),
  /** Shares of the input's sides, or its pixels. */
  unit: z.enum(['share', 'pixels']),
  /** The number of the first label; 1 where 0 is the background. */
  firstClass: z.literal([0, 1]),
});

const thresholdsSchema = z.strictObject({
  /** Least confidence of a detection, where neither the request nor `perLabel` says otherwise. */
  confidence: probability,
  /** Least confidence by label; a request's `confidence` goes before it. */
  perLabel: z.record(z.string(), probability).default({}),
  /** IoU over which two boxes are the same object. */
  iou: probability,
  /** What requests may ask for. */
  bounds: z.strictObject({ confidence: boundsSchema.prefault({}), iou: boundsSchema.prefault({}) }).prefault({}),
});

/** The weights in ONNX Runtime's optimized format, as `model optimize` writes it. Taken only where everything fits. */
const optimizedSchema = z.strictObject({
  /** The file beside `model.onnx`. */
  file: z.string().regex(/^[\w.-]+\.ort$/, 'expected the name of an .ort file'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits'),
  /** SHA-256 of the `model.onnx` that it was made from. */
  of: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits'),
  /** ONNX Runtime's version. */
  runtime: z.string().min(1),
  /** `machineName()` of where it was made. */
  machine: z.string().min(1),
});

/** How far a golden picture's detections may be from `golden/expected.json`. */
const toleranceSchema = z.strictObject({
  /** Largest difference of a detection's confidence. */
  confidence: probability.default(0.05),
  /** Least IoU of a detected and the expected box. */
  iou: probability.default(0.9),
});

/** The fields of `model.json`, each checked by itself. Strict: unknown keys are rejected. */
export const fieldsSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'expected lower-case letters, digits, dots and dashes'),
  version: z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/, 'expected a semantic version, as 1.0.0'),
  family: z.enum(FAMILIES),
  input: inputSchema,
  /** The output tensors' names, in the order in which the family's decoder takes them. */
  outputs: z.array(z.string().min(1)).min(1),
  /** Only for the families that want it: `ssd`. */
  boxes: boxesSchema.optional(),
  /** The class names in the order of the model's scores. */
  labels: z
    .array(z.string().min(1))
    .min(1)
    .refine((labels) => new Set(labels).size === labels.length, 'expected different labels'),
  thresholds: thresholdsSchema,
  /** Among which boxes one suppresses another: of its own class, or of all. Counting wants `across-classes`. */
  nms: z.enum(['per-class', 'across-classes']),
  golden: toleranceSchema.prefault({}),
  /** What loads faster than `model.onnx` on some machines. */
  optimized: z.array(optimizedSchema).optional(),
  /** SHA-256 of `model.onnx`, 64 hex digits. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits'),
  /** SPDX expression of the weights' licence. */
  licence: z.string().min(1),
  /** Where the weights come from, in words. */
  provenance: z.string().min(1),
});

/** A checked model description: input, outputs and their meaning. */
export type Manifest = z.infer<typeof fieldsSchema>;
