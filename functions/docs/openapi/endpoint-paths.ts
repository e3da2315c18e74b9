import * as z from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { statusQuerySchema } from '../../api/accuracy-schemas.ts';
import { judgeAnswerSchema, judgeQuerySchema } from '../../api/judge-schemas.ts';
import { preferenceSchema } from '../../api/preference-schemas.ts';
import { reportQuerySchema } from '../../api/report-query.ts';
import { reviewAnswerSchema, reviewQuerySchema } from '../../api/review-schemas.ts';
import { decisionSchema } from '../../api/schemas.ts';
import { endpointStatusSchema } from '../../api/status-schemas.ts';
import type { PlatformSettings } from '../../contract.ts';
import { decisionAnswer, predictionAnswers, preferenceAnswer, storedAnswers, ticketAnswer } from './answers.ts';
import { detectedBy, type Endpoint, pascalCase } from './endpoint.ts';
import { acceptHeader, optionsOf, pictureBody, predictionPath, ticketQuery } from './requests.ts';
import { problemAnswers } from './responses.ts';

type Auth = PlatformSettings['auth'];

/** All paths of one endpoint. */
export function endpointPaths(
  endpoint: Endpoint,
  { auth, operatorAuth = auth }: { readonly auth: Auth; readonly operatorAuth?: Auth },
): ZodOpenApiPathsObject {
  const { name } = endpoint;
  const ofOperators = operatorAuth === auth ? {} : { security: [{ [operatorAuth]: [] }] };
  return {
    [`/${name}`]: { post: predict(endpoint, auth) },
    [`/${name}/uploads`]: { post: openUpload(endpoint, auth) },
    [`/${name}/predictions/{id}`]: { get: showPrediction(endpoint, auth) },
    [`/${name}/predictions/{id}/decision`]: { put: { ...decide(endpoint, operatorAuth), ...ofOperators } },
    [`/${name}/predictions/{id}/preference`]: { put: { ...prefer(endpoint, operatorAuth), ...ofOperators } },
    [`/${name}/status`]: { get: { ...showStatus(endpoint, operatorAuth), ...ofOperators } },
    [`/${name}/report`]: { get: { ...showReport(endpoint, operatorAuth), ...ofOperators } },
    [`/${name}/judge`]: { get: { ...showPairs(endpoint, operatorAuth), ...ofOperators } },
    ...(endpoint.review && {
      [`/${name}/review`]: { get: { ...showReview(endpoint, operatorAuth), ...ofOperators } },
    }),
    [`/candidate/${name}`]: { post: predictByCandidate(endpoint, auth) },
  };
}

function predict(endpoint: Endpoint, auth: Auth): ZodOpenApiOperationObject {
  return {
    tags: [endpoint.name],
    operationId: `post${pascalCase(endpoint)}`,
    summary: `${verbOf(endpoint)} objects: ${detectedBy(endpoint)}`,
    requestParams: { query: z.object(optionsOf(endpoint)), header: acceptHeader(endpoint) },
    requestBody: pictureBody(endpoint),
    responses: { ...predictionAnswers(endpoint), ...problemAnswers(PICTURE_PROBLEMS, auth) },
  };
}

function verbOf({ kind }: Endpoint): string {
  return kind === 'predict' ? 'Detect' : 'Count';
}

const PICTURE_PROBLEMS = [
  'malformed-body',
  'invalid-options',
  'empty-picture',
  'not-acceptable',
  'picture-too-large',
  'unsupported-body',
  'unsupported-coding',
  'unsupported-picture',
  'undecodable-picture',
  'too-many-pixels',
  'too-complex',
  'store-unavailable',
];

function predictByCandidate(endpoint: Endpoint, auth: Auth): ZodOpenApiOperationObject {
  return {
    ...predict(endpoint, auth),
    operationId: `post${pascalCase(endpoint)}Candidate`,
    summary: `${verbOf(endpoint)} objects with the candidate (newest version)`,
    description: 'Use this path to test a new version before it receives live traffic.',
  };
}

function openUpload(endpoint: Endpoint, auth: Auth): ZodOpenApiOperationObject {
  return {
    tags: [endpoint.name],
    operationId: `post${pascalCase(endpoint)}Upload`,
    summary: 'Open an upload for a picture that is too large for a request',
    description:
      'Post a form to `url`: all `fields`, and last the picture as `file`. ' +
      'Then poll `prediction` until its status is no longer 202.',
    requestParams: { query: z.object(ticketQuery(endpoint)) },
    responses: { '201': ticketAnswer(endpoint), ...problemAnswers(['invalid-options'], auth) },
  };
}

function showPrediction(endpoint: Endpoint, auth: Auth): ZodOpenApiOperationObject {
  return {
    tags: [endpoint.name],
    operationId: `get${pascalCase(endpoint)}Prediction`,
    summary: 'Get a stored result with a new presigned URL of its annotated picture',
    description: READERS[auth],
    requestParams: { path: predictionPath },
    responses: { ...storedAnswers(endpoint), ...problemAnswers(['prediction-not-found', 'store-unavailable'], auth) },
  };
}

const READERS: Readonly<Record<Auth, string>> = {
  iam: 'For the IAM principal that sent the picture or opened its upload. For others the result does not exist.',
  jwt: 'For the subject that sent the picture or opened its upload, and for operators. For others it does not exist.',
  none: 'For everybody who knows the id.',
};

function decide(endpoint: Endpoint, auth: Auth): ZodOpenApiOperationObject {
  return {
    tags: [endpoint.name],
    operationId: `put${pascalCase(endpoint)}Decision`,
    summary: 'Record the count of a human for a picture',
    requestParams: { path: predictionPath },
    requestBody: {
      required: true,
      content: { 'application/json': { schema: decisionSchema, example: { count: 3, by: 'night shift' } } },
    },
    responses: {
      '200': decisionAnswer(endpoint),
      ...problemAnswers(DECISION_PROBLEMS, auth),
    },
  };
}

function prefer(endpoint: Endpoint, auth: Auth): ZodOpenApiOperationObject {
  const example = { preference: 'first', pair: '0f1e2d3c4b5a6978', by: 'Ada' };
  return {
    tags: [endpoint.name],
    operationId: `put${pascalCase(endpoint)}Preference`,
    summary: 'Record which of two answers to a picture is more right',
    description: 'For the pairs of GET /{endpoint}/judge. It replaces this person’s earlier decision on the pair.',
    requestParams: { path: predictionPath },
    requestBody: { required: true, content: { 'application/json': { schema: preferenceSchema, example } } },
    responses: { '200': preferenceAnswer(endpoint), ...problemAnswers(DECISION_PROBLEMS, auth) },
  };
}

const DECISION_PROBLEMS = [
  'malformed-body',
  'prediction-not-found',
  'picture-too-large',
  'unsupported-coding',
  'store-unavailable',
];

function showStatus(endpoint: Endpoint, auth: Auth): ZodOpenApiOperationObject {
  return {
    tags: [endpoint.name],
    operationId: `get${pascalCase(endpoint)}Status`,
    summary: 'Get traffic by version and the state of the rollout',
    requestParams: { query: statusQuerySchema },
    responses: {
      '200': {
        description: 'The versions with their share of traffic, the verdict with its gates, and the history.',
        content: { 'application/json': { schema: endpointStatusSchema } },
      },
      ...problemAnswers(['invalid-options', 'store-unavailable'], auth),
    },
  };
}

function showReport(endpoint: Endpoint, auth: Auth): ZodOpenApiOperationObject {
  return {
    tags: [endpoint.name],
    operationId: `get${pascalCase(endpoint)}Report`,
    summary: 'Get the report of a rollout as HTML: numbers, charts, history, pictures that differ most',
    requestParams: { query: reportQuerySchema },
    responses: {
      '200': {
        description: 'The report. The presigned URLs of its pictures expire after an hour.',
        content: { 'text/html': { schema: { type: 'string' } } },
      },
      ...problemAnswers(['invalid-options', 'report-not-found', 'store-unavailable'], auth),
    },
  };
}

function showPairs(endpoint: Endpoint, auth: Auth): ZodOpenApiOperationObject {
  return {
    tags: [endpoint.name],
    operationId: `get${pascalCase(endpoint)}Judge`,
    summary: 'Get the next pairs of answers for a person who judges a rollout',
    description: 'Of pictures drawn at random where live and candidate differ, without saying which answer is whose.',
    requestParams: { query: judgeQuerySchema },
    responses: {
      '200': {
        description: 'The pairs and the progress, or the end where people are no longer needed.',
        content: { 'application/json': { schema: judgeAnswerSchema } },
      },
      ...problemAnswers(['invalid-options', 'nothing-to-judge', 'store-unavailable'], auth),
    },
  };
}

function showReview(endpoint: Endpoint, auth: Auth): ZodOpenApiOperationObject {
  return {
    tags: [endpoint.name],
    operationId: `get${pascalCase(endpoint)}Review`,
    summary: 'Get the next pictures for a person who confirms or corrects counts',
    description: 'Of the pictures that `npm run labels -- review` has chosen. Each waits for the counts of two people.',
    requestParams: { query: reviewQuerySchema },
    responses: {
      '200': {
        description: 'The pictures, the progress, and the pictures that people count differently.',
        content: { 'application/json': { schema: reviewAnswerSchema } },
      },
      ...problemAnswers(['invalid-options', 'nothing-to-review', 'store-unavailable'], auth),
    },
  };
}
