/** A real prediction through the HTTP API. */

import { humanAnswerSchema, predictionSchema } from '../../../functions/api/schemas.ts';
import type { ResolvedEndpoint } from '../../../lib/check-config.ts';
import type { DeployedEndpoint } from '../../rollout/deployed-endpoint.ts';
import { type Answer, answerFault, Caller, NO_TOKEN, needsToken } from '../caller.ts';
import { type DoctorContext, npmCommand } from '../context.ts';
import { type GoldenRequest, goldenRequest } from '../golden-request.ts';
import { failed, type Measure, ok, type Result, secondsOf, skipped } from '../result.ts';

/** An endpoint as declared and as deployed. */
export interface CheckedEndpoint {
  readonly settings: ResolvedEndpoint;
  readonly deployed: DeployedEndpoint;
}

/** Sends a golden picture and checks the count. The prediction is stored and counted as any caller's. */
export async function checkPrediction(
  context: DoctorContext,
  { settings, deployed }: CheckedEndpoint,
): Promise<Result> {
  if (needsToken(context)) return skipped(NO_TOKEN);
  const request = await goldenRequest(context.deployment, settings);
  const caller = await Caller.of(context, deployed);
  const { name, kind } = settings.settings;
  const query = kind === 'predict' ? `?model=${request.model.name}` : '';
  const from = performance.now();
  const answer = await caller.send({
    method: 'POST',
    target: `/${name}${query}`,
    contentType: request.contentType,
    body: request.bytes,
  });
  const measured = secondsOf(from, performance.now());
  if (answer.status !== 200) return answerFault(`POST /${name}`, answer, deployed);
  return checkCount(context, { answer, request, measured });
}

/** A prediction's answer, the request that it belongs to, and how long it took. */
export interface Answered {
  readonly answer: Answer;
  readonly request: GoldenRequest;
  readonly measured: Measure;
}

/** Compares the count with the golden picture's. */
export function checkCount(context: DoctorContext, { answer: { json }, request, measured }: Answered): Result {
  const took = `in ${measured.value} s`;
  if (humanAnswerSchema.safeParse(json).success) return ok(`stored for a human ${took}`, measured);
  const { data } = predictionSchema.safeParse(json);
  const { picture, model, count } = request;
  if (!data) return failed(`the answer for ${picture} is not a prediction`, npmCommand(context, 'deploy'), measured);
  const counted = `counted ${data.count} in ${picture} ${took}, by version ${data.release.function_version}`;
  const { name, version, sha256 } = data.model;
  if (sha256 !== model.sha256) {
    return ok(`${counted}; its model ${name} ${version} is not the one in the settings`, measured);
  }
  if (count === undefined) return ok(`${counted}; no count is expected: the settings change thresholds`, measured);
  if (data.count === count) return ok(`${counted}, as expected`, measured);
  const rollback = npmCommand(context, 'rollout', `rollback ${data.endpoint}`);
  return failed(`${counted}; expected ${count}`, `npm run model -- check ${name}, then: ${rollback}`, measured);
}
