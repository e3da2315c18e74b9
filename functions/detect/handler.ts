import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import type { APIGatewayProxyEventV2, Context, SQSEvent } from 'aws-lambda';
import type { GoldenEvent, ReplayEvent } from '../api/events.ts';
import { ENV, MODELS_FOLDER } from '../contract.ts';
import { Objects } from '../platform/objects.ts';
import { readEndpointSettings, readVariable } from '../platform/settings.ts';
import { Telemetry } from '../platform/telemetry.ts';
import type { Door } from './context.ts';
import { answerGolden } from './golden.ts';
import { Models } from './models.ts';
import { answerReplay } from './replay.ts';
import { answerHttp } from './router.ts';
import { answerUploads } from './uploads.ts';

type Event = APIGatewayProxyEventV2 | SQSEvent | ReplayEvent | GoldenEvent;

/**
 * Begun at load, so that settings and the first model are paid for in Lambda's init phase. A broken package fails every
 * invocation as a function error: that is what the golden gate and the alarms look for.
 */
const opening = openDoor();
opening.catch(() => undefined);

async function openDoor(): Promise<Door> {
  const settings = readEndpointSettings(process.env);
  const telemetry = new Telemetry(settings.name, readVariable('AWS_LAMBDA_FUNCTION_VERSION', process.env));
  const s3 = telemetry.tracer.captureAWSv3Client(new S3Client({}));
  const objects = new Objects(readVariable(ENV.bucket, process.env), s3);
  const folder = join(readVariable('LAMBDA_TASK_ROOT', process.env), MODELS_FOLDER);
  const models = new Models(settings, folder);
  await models.first();
  return { settings, objects, models, telemetry };
}

/** The one entry of an endpoint's function: by HTTP, by a queue of uploads, or by a rollout that examines a version. */
export async function handler(event: Event, context: Context): Promise<unknown> {
  const door = await opening;
  door.telemetry.begin(context);
  if ('routeKey' in event) return answerHttp(event, context, door);
  if ('Records' in event) return answerUploads(event, context, door);
  if (event.kind === 'replay') return answerReplay(event, context, door);
  if (event.kind === 'golden') return answerGolden(context, door);
  throw new Error(`Expected an HTTP API event or an SQS batch, received keys ${Object.keys(event).join(', ')}`);
}
