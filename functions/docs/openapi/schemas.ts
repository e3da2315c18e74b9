import * as z from 'zod';
import { storedPreferenceSchema } from '../../api/preference-schemas.ts';
import { predictionSchema, rejectionSchema, storedDecisionSchema } from '../../api/schemas.ts';

/** Schemas of answers that only the document uses: no function validates them. */

const decided = { decision: storedDecisionSchema.optional() };

/** The stored answer to `GET /{endpoint}/predictions/{id}`. */
export const storedPredictionAnswerSchema = predictionSchema.extend(decided).meta({ id: 'StoredPrediction' });
export const storedRejectionAnswerSchema = rejectionSchema.extend(decided).meta({ id: 'StoredRejection' });

export const pendingSchema = z
  .object({ id: z.string(), endpoint: z.string(), status: z.literal('processing') })
  .meta({ id: 'Pending', description: 'the result of the upload is not ready yet' });

export const recordedDecisionSchema = z
  .object({ id: z.string(), endpoint: z.string(), decision: storedDecisionSchema })
  .meta({ id: 'RecordedDecision' });

export const recordedPreferenceSchema = z
  .object({ id: z.string(), endpoint: z.string(), preference: storedPreferenceSchema })
  .meta({ id: 'RecordedPreference' });

export const gatewayMessageSchema = z
  .looseObject({ message: z.string() })
  .meta({ id: 'GatewayMessage', description: "API Gateway's own answer, sent before any function runs" });

export const greetingSchema = z
  .object({
    name: z.string(),
    endpoints: z.array(z.string()),
    docs: z.string(),
    status: z.string(),
    openapi: z.string(),
    models: z.string(),
    health: z.string(),
  })
  .meta({ id: 'Greeting' });

export const healthSchema = z.object({ status: z.literal('ok'), function_version: z.string() }).meta({ id: 'Health' });

const modelSchema = z
  .looseObject({
    name: z.string(),
    version: z.string(),
    family: z.string(),
    sha256: z.string(),
    licence: z.string(),
    labels: z.array(z.string()),
    checked: z.object({ boxes: z.boolean(), classes: z.boolean(), colour: z.boolean() }).optional().meta({
      description: 'what golden pictures proved when the package was made; false: not checked; absent: not recorded',
    }),
  })
  .meta({ id: 'Model' });

export const modelsSchema = z
  .object({
    endpoints: z.array(
      z.object({
        endpoint: z.string(),
        kind: z.enum(['count', 'predict']),
        labels: z.array(z.string()).optional().meta({ description: 'labels that are counted; default: all' }),
        models: z.array(modelSchema),
      }),
    ),
  })
  .meta({ id: 'Models' });
