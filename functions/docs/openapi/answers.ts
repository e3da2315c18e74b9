import { z } from 'zod';
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { humanAnswerSchema, type PredictionAnswer, predictionSchema, ticketSchema } from '../../detect/answer.ts';
import type { Endpoint } from './endpoint.ts';
import {
  pendingSchema,
  recordedDecisionSchema,
  storedPredictionAnswerSchema,
  storedRejectionAnswerSchema,
} from './schemas.ts';

const ID = '019f2a6b-7c1e-7d3a-9a51-6f0e8c2b4d10';

/** Headers that every prediction has, whatever its form. */
const provenance = z.object({
  'X-Prediction-Id': z.string().meta({ description: 'id of the prediction' }),
  'X-Prediction': z.string().meta({ description: 'path at which it can be asked for again' }),
  'X-Count': z.string().meta({ description: 'number of detections' }),
  'X-Model': z.string().meta({ description: 'name, version and sha256 of the model' }),
  'X-Function-Version': z.string().meta({ description: 'the published version that answered' }),
  'Server-Timing': z.string().meta({ description: 'milliseconds by step (W3C Server Timing)' }),
});

/** What a prediction is answered with when all goes well. */
export function predictionAnswers(endpoint: Endpoint): ZodOpenApiResponsesObject {
  if (isHuman(endpoint)) return { '200': humanAnswer() };
  const json = { schema: predictionSchema, example: examplePrediction(endpoint) };
  const picture = { schema: { type: 'string', format: 'binary' } } as const;
  return {
    '200': {
      description: 'The detections, or the annotated picture.',
      headers: provenance,
      content:
        endpoint.kind === 'predict'
          ? { 'image/jpeg': picture, 'application/json': json }
          : { 'application/json': json, 'image/jpeg': picture },
    },
    '303': {
      description: 'The annotated picture is too big for an answer, and lies at `Location`.',
      headers: provenance.extend({ Location: z.url() }),
    },
  };
}

/** What can lie under the id of a prediction. */
export function storedAnswers(endpoint: Endpoint): ZodOpenApiResponsesObject {
  const done = isHuman(endpoint) ? humanAnswerSchema : storedPredictionAnswerSchema;
  return {
    '200': {
      description: 'The result, with a fresh address of the annotated picture, or why the upload was rejected.',
      content: { 'application/json': { schema: z.union([done, storedRejectionAnswerSchema]) } },
    },
    '202': {
      description: 'The upload has arrived and its result has not yet: ask again.',
      headers: z.object({ 'Retry-After': z.string().meta({ description: 'seconds' }) }),
      content: {
        'application/json': {
          schema: pendingSchema,
          example: { id: ID, endpoint: endpoint.name, status: 'processing' },
        },
      },
    },
  };
}

export function decisionAnswer({ name }: Endpoint): ZodOpenApiResponseObject {
  const decision = { count: 3, by: 'night shift', decided_at: '2026-11-02T22:14:07.000Z' };
  return {
    description: 'Recorded; it replaces an earlier decision.',
    content: { 'application/json': { schema: recordedDecisionSchema, example: { id: ID, endpoint: name, decision } } },
  };
}

export function ticketAnswer(): ZodOpenApiResponseObject {
  return {
    description: 'Where to post the picture, and what with.',
    headers: z.object({ Location: z.string().meta({ description: 'path of the result' }) }),
    content: { 'application/json': { schema: ticketSchema } },
  };
}

function humanAnswer(): ZodOpenApiResponseObject {
  return {
    description: 'The human’s count, or null while nobody has decided.',
    headers: z.object({ 'X-Prediction-Id': z.string().meta({ description: 'id of the request' }) }),
    content: { 'application/json': { schema: humanAnswerSchema } },
  };
}

function isHuman({ answeredBy }: Endpoint & { answeredBy?: 'model' | 'human' }): boolean {
  return answeredBy === 'human';
}

function examplePrediction({ name, labels, modelSummaries }: Endpoint): PredictionAnswer {
  const [model] = modelSummaries;
  const label = labels?.[0] ?? model?.labels[0] ?? 'object';
  return {
    id: ID,
    endpoint: name,
    status: 'done',
    created_at: '2026-11-02T22:13:51.402Z',
    source: { kind: 'http' },
    count: 1,
    counts: { [label]: 1 },
    detections: [{ label, confidence: 0.9134, box: { x: 282.1, y: 280.56, width: 288.9, height: 127.4 } }],
    image: { width: 960, height: 640 },
    model: { name: model?.name ?? '', version: model?.version ?? '', sha256: model?.sha256 ?? '' },
    release: { function_version: '4', alias: 'live' },
    timing_ms: { decode: 9.1, tensor: 1.2, infer: 13.8, boxes: 0.3, encode: 8.4, store: 31.5, total: 64.7 },
    annotated_image: {
      url: `https://bucket.s3.eu-central-1.amazonaws.com/annotated/${name}/${ID}.jpg?X-Amz-Signature=0f1e`,
      expires_at: '2026-11-02T23:13:51.000Z',
      width: 960,
      height: 640,
    },
  };
}
