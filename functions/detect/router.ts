import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { isRejection, problemAnswer, problemFor } from '../api/problems.ts';
import type { DetectContext, Invocation } from './context.ts';
import { decide, prefer } from './decision-routes.ts';
import { predictPicture } from './predict-route.ts';
import { showPrediction } from './prediction-routes.ts';
import { createUpload } from './upload-routes.ts';

type Answer = APIGatewayProxyStructuredResultV2;

/** Answers an HTTP API event (payload format 2.0). Never throws: every error becomes a problem document. */
export async function answerHttp(
  event: APIGatewayProxyEventV2,
  invocation: Invocation,
  context: DetectContext,
): Promise<Answer> {
  const { logger } = context.telemetry;
  try {
    return await route(event, invocation, context);
  } catch (error) {
    const problem = problemFor(error, invocation.id);
    const rejected = isRejection(problem);
    if (rejected) logger.info('rejected', { problem });
    else logger.error('failed', error as Error);
    if (isPrediction(event.routeKey, context.settings.name)) {
      const durationMs = performance.now() - invocation.startedAt;
      context.telemetry.record({ ending: rejected ? 'rejection' : 'failure', durationMs });
    }
    return problemAnswer(problem);
  }
}

/** Only these are requests for the metrics: polling, decisions and upload tickets run no model. */
function isPrediction(routeKey: string, name: string): boolean {
  return routeKey === `POST /${name}` || routeKey === `POST /candidate/${name}`;
}

async function route(event: APIGatewayProxyEventV2, invocation: Invocation, context: DetectContext): Promise<Answer> {
  const { name } = context.settings;
  if (isPrediction(event.routeKey, name)) return predictPicture(event, invocation, context);
  switch (event.routeKey) {
    case `POST /${name}/uploads`:
      return createUpload(event, context);
    case `GET /${name}/predictions/{id}`:
      return showPrediction(event, context);
    case `PUT /${name}/predictions/{id}/decision`:
      return decide(event, context);
    case `PUT /${name}/predictions/{id}/preference`:
      return prefer(event, context);
    default:
      throw new Error(`Expected a route of ${name}, received ${event.routeKey}`);
  }
}
