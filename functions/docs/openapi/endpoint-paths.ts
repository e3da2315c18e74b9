import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { reportQuerySchema } from '../../api/report-query.ts';
import { decisionSchema } from '../../api/schemas.ts';
import { endpointStatusSchema } from '../../api/status-schemas.ts';
import type { PlatformSettings } from '../../contract.ts';
import { decisionAnswer, predictionAnswers, storedAnswers, ticketAnswer } from './answers.ts';
import { type Endpoint, foundBy, pascalCase } from './endpoint.ts';
import { acceptHeader, optionsOf, pictureBody, predictionPath, uploadQuery } from './requests.ts';
import { refusals } from './responses.ts';

type Auth = PlatformSettings['auth'];

/** All that one endpoint serves. */
export function endpointPaths(endpoint: Endpoint, auth: Auth): ZodOpenApiPathsObject {
  const { name } = endpoint;
  return {
    [`/${name}`]: { post: predict(endpoint, auth) },
    [`/${name}/uploads`]: { post: openUpload(endpoint, auth) },
    [`/${name}/predictions/{id}`]: { get: showPrediction(endpoint, auth) },
    [`/${name}/predictions/{id}/decision`]: { put: decide(endpoint, auth) },
    [`/${name}/status`]: { get: showStatus(endpoint, auth) },
    [`/${name}/report`]: { get: showReport(endpoint, auth) },
    [`/candidate/${name}`]: { post: predictByCandidate(endpoint, auth) },
  };
}

function predict(endpoint: Endpoint, auth: Auth): ZodOpenApiOperationObject {
  const verb = endpoint.kind === 'predict' ? 'Detect' : 'Count';
  return {
    tags: [endpoint.name],
    operationId: `post${pascalCase(endpoint)}`,
    summary: `${verb} objects: ${foundBy(endpoint)}`,
    requestParams: { query: z.object(optionsOf(endpoint)), header: acceptHeader(endpoint) },
    requestBody: pictureBody(endpoint),
    responses: { ...predictionAnswers(endpoint), ...refusals(PICTURE_PROBLEMS, auth) },
  };
}

const PICTURE_PROBLEMS = [
  'malformed-body',
  'invalid-options',
  'empty-picture',
  'not-acceptable',
  'picture-too-large',
  'unsupported-body',
  'unsupported-picture',
  'undecodable-picture',
  'too-many-pixels',
  'store-unavailable',
];

function predictByCandidate(endpoint: Endpoint, auth: Auth): ZodOpenApiOperationObject {
  return {
    ...predict(endpoint, auth),
    operationId: `post${pascalCase(endpoint)}Candidate`,
    summary: 'The same, answered by the newest version',
    description: 'The candidate’s own address: try a new version before it gets any traffic.',
  };
}

function openUpload(endpoint: Endpoint, auth: Auth): ZodOpenApiOperationObject {
  return {
    tags: [endpoint.name],
    operationId: `post${pascalCase(endpoint)}Upload`,
    summary: 'Gives an address for a picture that is too big for a request',
    description:
      'Post a form to `url` with all of `fields` and then the picture as `file`. Then ask for `prediction` until it is no longer 202.',
    requestParams: { query: z.object({ ...uploadQuery, ...optionsOf(endpoint) }) },
    responses: { '201': ticketAnswer(endpoint), ...refusals(['invalid-options'], auth) },
  };
}

function showPrediction(endpoint: Endpoint, auth: Auth): ZodOpenApiOperationObject {
  return {
    tags: [endpoint.name],
    operationId: `get${pascalCase(endpoint)}Prediction`,
    summary: 'A stored result, with a fresh address of its annotated picture',
    requestParams: { path: predictionPath },
    responses: { ...storedAnswers(endpoint), ...refusals(['prediction-not-found', 'store-unavailable'], auth) },
  };
}

function decide(endpoint: Endpoint, auth: Auth): ZodOpenApiOperationObject {
  return {
    tags: [endpoint.name],
    operationId: `put${pascalCase(endpoint)}Decision`,
    summary: 'Records what a human decided about a picture',
    requestParams: { path: predictionPath },
    requestBody: {
      required: true,
      content: { 'application/json': { schema: decisionSchema, example: { count: 3, by: 'night shift' } } },
    },
    responses: {
      '200': decisionAnswer(endpoint),
      ...refusals(['malformed-body', 'prediction-not-found', 'store-unavailable'], auth),
    },
  };
}

function showStatus(endpoint: Endpoint, auth: Auth): ZodOpenApiOperationObject {
  return {
    tags: [endpoint.name],
    operationId: `get${pascalCase(endpoint)}Status`,
    summary: 'Where its traffic goes, and how its rollout stands',
    responses: {
      '200': {
        description: 'The versions with their share of traffic, the verdict with its gates, and what happened so far.',
        content: { 'application/json': { schema: endpointStatusSchema } },
      },
      ...refusals(['store-unavailable'], auth),
    },
  };
}

function showReport(endpoint: Endpoint, auth: Auth): ZodOpenApiOperationObject {
  return {
    tags: [endpoint.name],
    operationId: `get${pascalCase(endpoint)}Report`,
    summary: 'All about one rollout, as a page: numbers, charts, history, the pictures that differ most',
    requestParams: { query: reportQuerySchema },
    responses: {
      '200': {
        description: 'The page. Its pictures lie in the bucket, at addresses that work for an hour.',
        content: { 'text/html': { schema: { type: 'string' } } },
      },
      ...refusals(['invalid-options', 'report-not-found', 'store-unavailable'], auth),
    },
  };
}
