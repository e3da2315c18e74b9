import * as z from 'zod';
import type { ZodOpenApiLinksObject, ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { humanAnswerSchema, type PredictionAnswer, predictionSchema, ticketSchema } from '../../api/schemas.ts';
import { type Endpoint, pascalCase } from './endpoint.ts';
import {
  pendingSchema,
  recordedDecisionSchema,
  recordedPreferenceSchema,
  storedPredictionAnswerSchema,
  storedRejectionAnswerSchema,
} from './schemas.ts';

const ID = '019f2a6b-7c1e-7d3a-9a51-6f0e8c2b4d10';

/** Headers of every prediction, in JSON and as a picture. */
const provenance = z.object({
  'X-Prediction-Id': z.string().meta({ description: 'id of the prediction' }),
  'X-Prediction': ofModel('path of the stored result'),
  'X-Count': ofModel('number of detections'),
  'X-Model': ofModel('name, version and sha256 of the model'),
  'X-Function-Version': ofModel('published version that answered'),
  'Server-Timing': ofModel('milliseconds by step (W3C Server Timing)'),
});

/** A header that is absent where a human answers. */
function ofModel(description: string) {
  return z.string().optional().meta({ description });
}

/** OpenAPI links of a prediction. @param id runtime expression for its id */
function linksOf(endpoint: Endpoint, id: string): ZodOpenApiLinksObject {
  const parameters = { id };
  return {
    result: { operationId: `get${pascalCase(endpoint)}Prediction`, parameters },
    decision: { operationId: `put${pascalCase(endpoint)}Decision`, parameters },
  };
}

/**
 * Successful answers of a prediction. The document describes those of a model and of a human, because a new version can
 * switch between them.
 */
export function predictionAnswers(endpoint: Endpoint): ZodOpenApiResponsesObject {
  const json = { schema: z.union([predictionSchema, humanAnswerSchema]), example: examplePrediction(endpoint) };
  const picture = { schema: { type: 'string', format: 'binary' } } as const;
  const detections = { 'application/json': json };
  const drawn = { 'image/jpeg': picture };
  const links = linksOf(endpoint, '$response.header.X-Prediction-Id');
  return {
    '200': {
      description:
        'The detections or the annotated picture. If a human answers for the endpoint: the human’s ' +
        'count as JSON, null until it is recorded.',
      headers: provenance,
      content: endpoint.kind === 'predict' ? { ...drawn, ...detections } : { ...detections, ...drawn },
      links,
    },
    '303': {
      description: 'The annotated picture is too large for a response; `Location` is its presigned URL.',
      headers: provenance.extend({ Location: z.url() }),
      links,
    },
  };
}

/** Successful answers of a stored prediction. */
export function storedAnswers({ name }: Endpoint): ZodOpenApiResponsesObject {
  return {
    '200': {
      description:
        'The result with a new presigned URL of the annotated picture, or the reason why the upload was rejected.',
      content: {
        'application/json': {
          schema: z.union([storedPredictionAnswerSchema, humanAnswerSchema, storedRejectionAnswerSchema]),
        },
      },
    },
    '202': {
      description: 'The result of the upload is not ready yet; retry later.',
      headers: z.object({ 'Retry-After': z.string().meta({ description: 'seconds' }) }),
      content: {
        'application/json': {
          schema: pendingSchema,
          example: { id: ID, endpoint: name, status: 'processing' },
        },
      },
    },
  };
}

/** The answer to a recorded decision. */
export function decisionAnswer({ name }: Endpoint): ZodOpenApiResponseObject {
  const decision = { count: 3, by: 'night shift', decided_at: '2026-11-02T22:14:07.000Z' };
  return {
    description: 'The decision is recorded. It replaces an earlier one.',
    content: { 'application/json': { schema: recordedDecisionSchema, example: { id: ID, endpoint: name, decision } } },
  };
}

/** The answer to a recorded preference. */
export function preferenceAnswer({ name }: Endpoint): ZodOpenApiResponseObject {
  const common = { preference: 'first', pair: '0f1e2d3c4b5a6978', by: 'Ada' } as const;
  const preference = { ...common, decided_at: '2026-11-02T22:14:07.000Z' };
  const example = { id: ID, endpoint: name, preference };
  return {
    description: 'The preference is recorded.',
    content: { 'application/json': { schema: recordedPreferenceSchema, example } },
  };
}

/** The answer to an opened upload. */
export function ticketAnswer(endpoint: Endpoint): ZodOpenApiResponseObject {
  return {
    description: 'URL and form fields for the upload.',
    headers: z.object({ Location: z.string().meta({ description: 'path of the result' }) }),
    content: { 'application/json': { schema: ticketSchema } },
    links: linksOf(endpoint, '$response.body#/id'),
  };
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
    release: { function_name: 'shop-CountCars-Function', function_version: '4', alias: 'live' },
    timing_ms: { decode: 9.1, tensor: 1.2, infer: 13.8, boxes: 0.3, encode: 8.4, store: 31.5, total: 64.7 },
    annotated_image: {
      url: `https://bucket.s3.eu-central-1.amazonaws.com/annotated/${name}/${ID}.jpg?X-Amz-Signature=0f1e`,
      expires_at: '2026-11-02T23:13:51.000Z',
      width: 960,
      height: 640,
    },
  };
}
