import { Logger } from '@aws-lambda-powertools/logger';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { requestsAccuracy } from '../api/accuracy-schemas.ts';
import { asset } from '../api/assets.ts';
import { bucketOrigins, contentSecurityPolicy } from '../api/headers.ts';
import { requestedJudge } from '../api/judge-schemas.ts';
import { isRejection, problemAnswer, problemFor } from '../api/problems.ts';
import { requestedVersion } from '../api/report-query.ts';
import { send } from '../api/respond.ts';
import { ALIAS, ENV } from '../contract.ts';
import { DRIFT_ENV } from '../drift-contract.ts';
import { Alias } from '../platform/alias.ts';
import { Objects } from '../platform/objects.ts';
import { readVariable } from '../platform/settings.ts';
import type { EndpointClients } from '../standing/clients.ts';
import { AccuracyCache } from './accuracy.ts';
import { judgeAnswer } from './judge.ts';
import { liveReport } from './report.ts';
import { reviewAnswer } from './review.ts';
import { StatusCache } from './status.ts';

type Answer = APIGatewayProxyStructuredResultV2;

const variable = (name: string) => readVariable(name, process.env);
const endpoint = variable(ENV.endpointName);
const functionName = variable(ENV.detectFunction);
const bucket = variable(ENV.bucket);
const lambda = new LambdaClient({});
const clients: EndpointClients = {
  endpoint,
  functionName,
  machine: variable(ENV.machine),
  lambda,
  machines: new SFNClient({}),
  objects: new Objects(bucket),
  live: new Alias(lambda, functionName, ALIAS.live),
  newest: new Alias(lambda, functionName, ALIAS.candidate),
  watchesDrift: process.env[DRIFT_ENV.watched] !== undefined,
};
const cache = new StatusCache(clients);
const estimates = new AccuracyCache(clients);
const logger = new Logger({ serviceName: endpoint });

/** For authenticated callers only, and revalidated each time. */
const PRIVATE = { 'cache-control': 'private, no-cache' };
/** The report shows pictures of the bucket. */
const policy = contentSecurityPolicy({ pictures: bucketOrigins(bucket, process.env) });

/** The status function: status and report of an endpoint's rollout, what people judge and review. It only reads. */
export async function handler(event: APIGatewayProxyEventV2, context: Context): Promise<Answer> {
  try {
    return await route(event);
  } catch (error) {
    const problem = problemFor(error, context.awsRequestId);
    if (!isRejection(problem)) logger.error('failed', error as Error);
    return problemAnswer(problem);
  }
}

async function route(event: APIGatewayProxyEventV2): Promise<Answer> {
  switch (event.routeKey) {
    case `GET /${endpoint}/status`:
      return status(event);
    case `GET /${endpoint}/report`:
      return report(event);
    case `GET /${endpoint}/judge`:
      return judge(event);
    case `GET /${endpoint}/review`:
      return review(event);
    default:
      throw new Error(`Expected a route of ${endpoint} for the event, received ${event.routeKey}`);
  }
}

async function status(event: APIGatewayProxyEventV2): Promise<Answer> {
  const accuracy = requestsAccuracy(event.queryStringParameters) && { accuracy: await estimates.read(new Date()) };
  return send(
    event,
    asset('status.json', Buffer.from(JSON.stringify({ ...(await cache.read()), ...accuracy }))),
    PRIVATE,
  );
}

async function report(event: APIGatewayProxyEventV2): Promise<Answer> {
  const version = requestedVersion(event.queryStringParameters) ?? (await cache.read()).rollout?.version;
  const page = await liveReport(clients, version, new Date());
  return send(event, asset('report.html', Buffer.from(page)), { ...PRIVATE, 'content-security-policy': policy });
}

async function judge(event: APIGatewayProxyEventV2): Promise<Answer> {
  const answer = await judgeAnswer(clients, requestedJudge(event.queryStringParameters), new Date());
  return send(event, asset('judge.json', Buffer.from(JSON.stringify(answer))), PRIVATE);
}

async function review(event: APIGatewayProxyEventV2): Promise<Answer> {
  const context = { endpoint, objects: clients.objects, now: new Date() };
  const answer = await reviewAnswer(context, requestedJudge(event.queryStringParameters));
  return send(event, asset('review.json', Buffer.from(JSON.stringify(answer))), PRIVATE);
}
