import * as z from 'zod';

/**
 * Schemas of stored results (`results/`, `decisions/`) and of answers. The OpenAPI document is generated from them, so
 * their descriptions are for the API's users.
 */

const pixels = z.number().meta({ description: 'pixels of the upright source picture' });

export const detectionSchema = z
  .object({
    label: z.string(),
    confidence: z.number().min(0).max(1),
    box: z
      .object({ x: pixels, y: pixels, width: pixels, height: pixels })
      .meta({ description: 'x, y: top left corner' }),
  })
  .meta({ id: 'Detection' });

export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'URI reference that identifies the kind of problem' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().optional().meta({ description: 'request id, as in the logs' }),
    errors: z
      .array(
        z.object({
          field: z.string(),
          expected: z.string(),
          received: z.string(),
          min: z
            .number()
            .exactOptional()
            .meta({ description: 'smallest number allowed; present when a number is out of range' }),
          max: z
            .number()
            .exactOptional()
            .meta({ description: 'largest number allowed; present when a number is out of range' }),
        }),
      )
      .meta({ description: 'every error: the field, the expected value and the received value' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });

const common = {
  id: z.string(),
  endpoint: z.string(),
  created_at: z.iso.datetime(),
  source: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('http') }),
    z.object({ kind: z.literal('upload'), bucket: z.string(), key: z.string(), version: z.string() }),
  ]),
  release: z
    .object({
      function_name: z.string().exactOptional().meta({ description: 'absent in results of earlier releases' }),
      function_version: z.string(),
      alias: z.string().nullable(),
    })
    .meta({ description: 'function and published version that answered, and the alias that selected it' }),
};

const predictionFields = {
  ...common,
  status: z.literal('done'),
  count: z.int().nonnegative().meta({ description: 'number of detections' }),
  counts: z.record(z.string(), z.int().positive()).meta({ description: 'number of detections by label' }),
  detections: z.array(detectionSchema),
  image: z
    .object({
      width: z.int(),
      height: z.int(),
      damage: z.string().exactOptional().meta({
        description: 'what is missing or damaged in the file; only where the endpoint serves damaged pictures',
      }),
    })
    .meta({ description: 'size of the upright source picture, pixels' }),
  model: z.object({ name: z.string(), version: z.string(), sha256: z.string() }),
  timing_ms: z.record(z.string(), z.number()).meta({ description: 'milliseconds by step, and the total' }),
};

/** The options of a request, stored so that it can be replayed on another version. */
const requestSchema = z.object({
  model: z.string().optional(),
  confidence: z.number().optional(),
  iou: z.number().optional(),
  max_side: z.int().optional(),
  decision: z.int().optional(),
});

/** Of stored results only, never shown: a hash of the caller who sent the picture. */
const owned = { owner: z.string().exactOptional() };

const legend = {
  legend: z
    .record(z.string(), z.string())
    .exactOptional()
    .meta({ description: 'labels that are drawn as a number, because they have other letters than Latin ones' }),
};

/**
 * Of stored results only, never shown: by what a shadow recognises the picture. Absent: an earlier release stored it.
 */
const fingerprintSchema = z.object({ sha256: z.string(), luminance: z.string().exactOptional() });
const recognised = { fingerprint: fingerprintSchema.exactOptional() };

/**
 * Of stored results only, never shown: what `npm run drift` compares. Only where the endpoint has the setting `drift`.
 */
const measuresSchema = z.object({
  brightness: z.number(),
  contrast: z.number(),
  saturation: z.number(),
  sharpness: z.number(),
  tilt: z.number().exactOptional(),
  quality: z.number().exactOptional(),
});

/** A prediction as stored. It has the key of the annotated picture instead of a URL, because URLs expire. */
export const storedPredictionSchema = z.object({
  ...predictionFields,
  ...owned,
  ...recognised,
  request: requestSchema,
  annotated: z.object({ key: z.string(), width: z.int(), height: z.int(), ...legend }),
  captured: z.boolean(),
  measures: measuresSchema.exactOptional(),
});

/** A request answered by a human, as stored: without an answer of the model. */
export const humanRequestSchema = z.object({
  ...common,
  ...owned,
  ...recognised,
  status: z.literal('human'),
  image: predictionFields.image,
  request: requestSchema,
});

/** A rejected upload, as callers get it. */
export const rejectionSchema = z
  .object({ ...common, status: z.literal('rejected'), problem: problemSchema })
  .meta({ id: 'Rejection' });

/** A rejected upload, as stored. */
export const storedRejectionSchema = rejectionSchema.extend(owned);

/** Any object under `results/`. */
export const storedResultSchema = z.discriminatedUnion('status', [
  storedPredictionSchema,
  humanRequestSchema,
  storedRejectionSchema,
]);

export const predictionSchema = z
  .object({
    ...predictionFields,
    annotated_image: z
      .object({ url: z.url(), expires_at: z.iso.datetime(), width: z.int(), height: z.int(), ...legend })
      .meta({ description: 'presigned URL of the annotated picture, and when it expires' }),
  })
  .meta({ id: 'Prediction' });

export const ticketSchema = z
  .object({
    id: z.string().meta({ description: 'id of the result: GET /{endpoint}/predictions/{id}' }),
    url: z.url(),
    fields: z.record(z.string(), z.string()).meta({ description: 'form fields to send, before the field "file"' }),
    expires_at: z.iso.datetime(),
    max_bytes: z.int(),
    content_type: z.string(),
    prediction: z.string().meta({ description: 'path of the result' }),
  })
  .meta({ id: 'UploadTicket' });

export const decisionSchema = z
  .object({
    count: z.int().min(0).max(1_000_000).meta({ description: 'number of objects that the human counted' }),
    by: z.string().max(200).optional().meta({ description: 'name of the person who decided' }),
    note: z.string().max(2000).optional(),
  })
  .strict()
  .meta({ id: 'Decision' });

const otherDecisionSchema = z.object({
  count: decisionSchema.shape.count,
  by: z.string(),
  decided_at: z.iso.datetime(),
});

/** A decision as stored under `decisions/`. */
export const storedDecisionSchema = z.object({
  ...decisionSchema.shape,
  decided_at: z.iso.datetime(),
  version: z.string().exactOptional().meta({ description: 'version of the upload that was decided on' }),
  others: z.array(otherDecisionSchema).exactOptional().meta({ description: 'the latest count of each other person' }),
});

/** The answer of an endpoint answered by a human: the human's count, null until there is a decision. */
export const humanAnswerSchema = z
  .object({
    id: z.string(),
    endpoint: z.string(),
    status: z.enum(['decided', 'undecided']),
    created_at: z.iso.datetime(),
    count: z.int().nonnegative().nullable(),
    image: predictionFields.image,
    decision: storedDecisionSchema.optional(),
  })
  .meta({ id: 'HumanAnswer' });

export type Problem = z.infer<typeof problemSchema>;
export type StoredPrediction = z.infer<typeof storedPredictionSchema>;
export type Rejection = z.infer<typeof rejectionSchema>;
export type StoredRejection = z.infer<typeof storedRejectionSchema>;
export type StoredResult = z.infer<typeof storedResultSchema>;
export type PredictionAnswer = z.infer<typeof predictionSchema>;
export type UploadTicket = z.infer<typeof ticketSchema>;
export type StoredDecision = z.infer<typeof storedDecisionSchema>;
export type HumanRequest = z.infer<typeof humanRequestSchema>;
export type HumanAnswer = z.infer<typeof humanAnswerSchema>;
export type Fingerprint = z.infer<typeof fingerprintSchema>;
export type Source = StoredPrediction['source'];
export type Release = StoredPrediction['release'];
