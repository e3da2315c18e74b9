import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { v7 as uuidv7 } from 'uuid';
import { parseOptions } from '../api/options.ts';
import { readBody } from './body.ts';
import { callerOf } from './caller.ts';
import type { DetectContext, Invocation } from './context.ts';
import { decisionOf, humanAnswer } from './human.ts';
import { predict } from './predict.ts';
import { queryOf } from './query.ts';
import { acceptedForm, json, presentPrediction } from './representation.ts';

/**
 * `POST /{endpoint}`: predicts the picture in the body.
 * @throws NotAcceptableError, MalformedBodyError, UnsupportedBodyError, PayloadTooLargeError, every error of `predict`
 */
export async function predictPicture(
  event: APIGatewayProxyEventV2,
  invocation: Invocation,
  context: DetectContext,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { settings, models } = context;
  const createdAt = new Date();
  const form = acceptedForm(event, settings);
  const { picture, fields } = await readBody(event);
  const options = parseOptions(queryOf(event), fields);
  // The course lab's contract: a predict endpoint has no default model.
  models.check(options.model, { required: settings.kind === 'predict' });
  const id = uuidv7();
  const source = { kind: 'http' } as const;
  const { owner } = callerOf(event, settings);
  const request = { id, picture, options, source, invocation, createdAt, owner };
  const prediction = await predict(request, invocation.startedAt, context);
  if (prediction.answeredBy === 'model') return presentPrediction(form, prediction, context);
  const { result } = prediction;
  return json(200, humanAnswer(result, decisionOf(result)), { 'x-prediction-id': id });
}
