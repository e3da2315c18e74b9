import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import type { APIGatewayProxyEventV2, Context as LambdaContext, SQSEvent } from 'aws-lambda';
import type { GoldenEvent, LabelledEvent, ReplayEvent } from '../api/events.ts';
import type { BatchEvent } from '../batch-contract.ts';
import { ENV, MODELS_FOLDER } from '../contract.ts';
import { setPictureThreads, threadsFor } from '../detection/threads.ts';
import { Objects } from '../platform/objects.ts';
import { readEndpointSettings, readVariable } from '../platform/settings.ts';
import { SignedRequests } from '../platform/signed-requests.ts';
import { Telemetry } from '../platform/telemetry.ts';
import { answerBatch } from './batch.ts';
import { type DetectContext, invocationOf } from './context.ts';
import { firstRequestStart } from './first-request.ts';
import { answerGolden } from './golden.ts';
import { growHeap } from './heap.ts';
import { answerLabelled } from './labelled.ts';
import { Models } from './models.ts';
import { answerReplay } from './replay.ts';
import { answerHttp } from './router.ts';
import { answerUploads } from './uploads.ts';

type Event = APIGatewayProxyEventV2 | SQSEvent | ReplayEvent | GoldenEvent | LabelledEvent | BatchEvent;

growHeap();
const opening = openContext();
let loadedAt = 0;
let isFirst = true;

/**
 * Resolves when the settings and the first model are loaded, or failed to load. The function's entry module awaits it,
 * so that Lambda's init phase covers the load. A broken package fails every invocation as a function error, which the
 * golden gate and the alarms detect.
 */
export const ready: Promise<void> = Promise.allSettled([opening]).then(() => {
  loadedAt = performance.now();
});

async function openContext(): Promise<DetectContext> {
  const settings = readEndpointSettings(process.env);
  const telemetry = new Telemetry({
    namespace: readVariable(ENV.metricNamespace, process.env),
    endpoint: settings.name,
    functionName: readVariable('AWS_LAMBDA_FUNCTION_NAME', process.env),
    functionVersion: readVariable('AWS_LAMBDA_FUNCTION_VERSION', process.env),
  });
  const s3 = new S3Client({});
  const bucket = readVariable(ENV.bucket, process.env);
  const objects = new Objects(bucket, s3, new SignedRequests(bucket, s3));
  const folder = join(readVariable('LAMBDA_TASK_ROOT', process.env), MODELS_FOLDER);
  const threads = threadsFor(Number(readVariable('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', process.env)));
  setPictureThreads(threads);
  const models = new Models(settings, folder, { threads });
  await models.load();
  return { settings, objects, models, telemetry };
}

/** Entry point of an endpoint's function: HTTP requests, batches of uploads, and events of a rollout. */
export async function handler(event: Event, lambda: LambdaContext): Promise<unknown> {
  const calledAt = performance.now();
  await ready;
  const context = await opening;
  const invocation = invocationOf(lambda, startOf(calledAt));
  context.telemetry.begin(lambda, loadedAt);
  if ('routeKey' in event) return answerHttp(event, invocation, context);
  if ('Records' in event) return answerUploads(event, invocation, context);
  if (event.kind === 'replay') return answerReplay(event, invocation, context);
  if (event.kind === 'golden') return answerGolden(event, invocation, context);
  if (event.kind === 'labelled') return answerLabelled(event, invocation, context);
  if (event.kind === 'batch') return answerBatch(event, invocation, context);
  const received = `keys ${Object.keys(event).join(', ')}`;
  throw new Error(
    `Expected an HTTP API event, an SQS batch, a replay, a golden, a labelled or a batch event, received ${received}`,
  );
}

/** Only the first request can have waited for the load. */
function startOf(calledAt: number): number {
  if (!isFirst) return calledAt;
  isFirst = false;
  return firstRequestStart({ calledAt, loadedAt, initialization: process.env.AWS_LAMBDA_INITIALIZATION_TYPE });
}
