import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import type { APIGatewayProxyEventV2, Context as LambdaContext, SQSEvent } from 'aws-lambda';
import type { GoldenEvent, ReplayEvent } from '../api/events.ts';
import { ENV, MODELS_FOLDER } from '../contract.ts';
import { Objects } from '../platform/objects.ts';
import { readEndpointSettings, readVariable } from '../platform/settings.ts';
import { Telemetry } from '../platform/telemetry.ts';
import { traced } from '../platform/tracing.ts';
import { type DetectContext, invocationOf } from './context.ts';
import { answerGolden } from './golden.ts';
import { Models } from './models.ts';
import { answerReplay } from './replay.ts';
import { answerHttp } from './router.ts';
import { answerUploads } from './uploads.ts';

type Event = APIGatewayProxyEventV2 | SQSEvent | ReplayEvent | GoldenEvent;

/**
 * Started at load, so that Lambda's init phase covers settings and the first model. A broken package fails every
 * invocation as a function error, which the golden gate and the alarms detect.
 */
const opening = openContext();
opening.catch(() => undefined);

async function openContext(): Promise<DetectContext> {
  const settings = readEndpointSettings(process.env);
  const telemetry = new Telemetry({
    namespace: readVariable(ENV.metricNamespace, process.env),
    endpoint: settings.name,
    functionName: readVariable('AWS_LAMBDA_FUNCTION_NAME', process.env),
    functionVersion: readVariable('AWS_LAMBDA_FUNCTION_VERSION', process.env),
  });
  const s3 = await traced(new S3Client({}), settings.name, process.env);
  const objects = new Objects(readVariable(ENV.bucket, process.env), s3);
  const folder = join(readVariable('LAMBDA_TASK_ROOT', process.env), MODELS_FOLDER);
  const models = new Models(settings, folder);
  await models.load();
  return { settings, objects, models, telemetry };
}

/** Entry point of an endpoint's function: HTTP requests, batches of uploads, and events of a rollout. */
export async function handler(event: Event, lambda: LambdaContext): Promise<unknown> {
  const invocation = invocationOf(lambda, performance.now());
  const context = await opening;
  context.telemetry.begin(lambda);
  if ('routeKey' in event) return answerHttp(event, invocation, context);
  if ('Records' in event) return answerUploads(event, invocation, context);
  if (event.kind === 'replay') return answerReplay(event, invocation, context);
  if (event.kind === 'golden') return answerGolden(event, invocation, context);
  const received = `keys ${Object.keys(event).join(', ')}`;
  throw new Error(`Expected an HTTP API event, an SQS batch, a replay or a golden event, received ${received}`);
}
