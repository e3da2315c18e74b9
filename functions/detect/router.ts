import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import Negotiator from 'negotiator';
import { v7 as uuidv7 } from 'uuid';
import {
  type Fault,
  InvalidOptionsError,
  MalformedBodyError,
  NotAcceptableError,
  PredictionNotFoundError,
  shown,
} from '../api/errors.ts';
import { OPTION_NAMES, PICTURE_TYPES, parseOptions, type RequestOptions } from '../api/options.ts';
import { isRejection, problemAnswer, problemFor, RETRY_SECONDS } from '../api/problems.ts';
import {
  decisionSchema,
  type PredictionAnswer,
  type StoredPrediction,
  storedDecisionSchema,
  storedResultSchema,
  type UploadTicket,
} from '../api/schemas.ts';
import { type EndpointSettings, KEYS } from '../contract.ts';
import { ObjectNotFoundError } from '../platform/objects.ts';
import { header, parseJsonObject, readBody } from './body.ts';
import type { Door } from './context.ts';
import { humanAnswer, storeHumanCase, takeForHuman } from './human.ts';
import { answerQuestion, type Finding, type Question, storeHttp } from './prediction.ts';
import { releaseOf } from './release.ts';

type Answer = APIGatewayProxyStructuredResultV2;

/** Largest picture that fits, in base64, into Lambda's answer of 6 MB. */
const MAX_PICTURE_ANSWER_BYTES = 4.4e6;

/** Answers an HTTP API event (payload format 2.0). Never throws: every fault is a problem document. */
export async function answerHttp(event: APIGatewayProxyEventV2, context: Context, door: Door): Promise<Answer> {
  const start = performance.now();
  try {
    return await route(event, context, door);
  } catch (error) {
    const problem = problemFor(error, context.awsRequestId);
    const rejected = isRejection(problem);
    if (rejected) door.telemetry.logger.info('rejected', { problem });
    else door.telemetry.logger.error('failed', error as Error);
    door.telemetry.record({ ending: rejected ? 'rejection' : 'failure', durationMs: performance.now() - start });
    return problemAnswer(problem);
  }
}

async function route(event: APIGatewayProxyEventV2, context: Context, door: Door): Promise<Answer> {
  const { name } = door.settings;
  switch (event.routeKey) {
    case `POST /${name}`:
    case `POST /candidate/${name}`:
      return predict(event, context, door);
    case `POST /${name}/uploads`:
      return openUpload(event, door);
    case `GET /${name}/predictions/{id}`:
      return showPrediction(event, door);
    case `PUT /${name}/predictions/{id}/decision`:
      return decide(event, door);
    default:
      throw new Error(`Expected a route of ${name}, received ${event.routeKey}`);
  }
}

async function predict(event: APIGatewayProxyEventV2, context: Context, door: Door): Promise<Answer> {
  const start = performance.now();
  const now = new Date();
  const form = acceptedForm(event, door);
  const { picture, fields } = await readBody(event);
  const options = parseOptions(queryOf(event), fields);
  const id = uuidv7();
  const asked = { id, picture, options, source: { kind: 'http' } as const, release: releaseOf(context), now };
  door.models.check(options.model);
  if (door.settings.answeredBy === 'human') return askHuman(asked, start, door);
  const question = { ...asked, model: await door.models.named(options.model) };
  const finding = await answerQuestion(question, door.settings);
  const beforeStore = performance.now();
  await storeHttp(finding, picture, door.objects);
  const end = performance.now();
  const { total: _work, ...worked } = finding.result.timing_ms;
  const steps = { ...worked, store: Math.round((end - beforeStore) * 100) / 100 };
  const total = Math.round((end - start) * 100) / 100;
  const timing = { ...steps, total };
  door.telemetry.record({ ending: 'prediction', durationMs: total, objects: finding.result.count, steps });
  door.telemetry.logger.info('predicted', { id, count: finding.result.count, bytes: picture.length, timing });
  return present(form, { ...finding, result: { ...finding.result, timing_ms: timing } }, door);
}

async function askHuman(asked: Omit<Question, 'model'>, start: number, door: Door): Promise<Answer> {
  const taken = await takeForHuman(asked, door.settings);
  await storeHumanCase(taken, asked.picture, door.objects);
  door.telemetry.record({ ending: 'prediction', durationMs: performance.now() - start });
  door.telemetry.logger.info('taken for a human', { id: asked.id, decided: taken.decision !== undefined });
  return json(200, humanAnswer(taken), { 'x-prediction-id': asked.id });
}

/** JSON or the picture itself, as `Accept` prefers; when it does not say, what the endpoint is for. */
function acceptedForm(event: APIGatewayProxyEventV2, { settings }: Door): 'json' | 'picture' {
  const offers = offersOf(settings);
  // An empty list prefers nothing, as none does.
  const accept = header(event, 'accept') || '*/*';
  const chosen = new Negotiator({ headers: { accept } }).mediaType(offers);
  if (chosen === undefined) {
    throw new NotAcceptableError([{ field: 'Accept', expected: offers.join(' or '), received: shown(accept) }]);
  }
  return chosen === 'image/jpeg' ? 'picture' : 'json';
}

/** The first is the answer where `Accept` does not choose. A human's answer has no annotated picture. */
function offersOf({ kind, answeredBy }: EndpointSettings): string[] {
  if (answeredBy === 'human') return ['application/json'];
  return kind === 'predict' ? ['image/jpeg', 'application/json'] : ['application/json', 'image/jpeg'];
}

async function present(form: 'json' | 'picture', { result, jpeg }: Finding, door: Door): Promise<Answer> {
  const headers = provenance(result);
  if (form === 'picture' && jpeg.length <= MAX_PICTURE_ANSWER_BYTES) {
    const body = jpeg.toString('base64');
    return { statusCode: 200, headers: { ...headers, 'content-type': 'image/jpeg' }, body, isBase64Encoded: true };
  }
  const answer = await toAnswer(result, door);
  if (form === 'picture')
    return { statusCode: 303, headers: { ...headers, location: answer.annotated_image.url }, body: '' };
  return json(200, answer, headers);
}

/** Headers that say which model and version answered, in which time (`Server-Timing`, W3C). */
function provenance({ id, endpoint, count, model, release, timing_ms }: StoredPrediction): Record<string, string> {
  return {
    'x-prediction-id': id,
    'x-prediction': `/${endpoint}/predictions/${id}`,
    'x-count': String(count),
    'x-model': `${model.name}; version=${model.version}; sha256=${model.sha256}`,
    'x-function-version': release.function_version,
    'server-timing': Object.entries(timing_ms)
      .map(([step, ms]) => `${step};dur=${ms}`)
      .join(', '),
  };
}

async function toAnswer(result: StoredPrediction, { objects, settings }: Door): Promise<PredictionAnswer> {
  const { request: _request, captured: _captured, annotated, ...shownFields } = result;
  const presigned = await objects.presignGet(annotated.key, settings.urlSeconds, new Date());
  return { ...shownFields, annotated_image: { ...presigned, width: annotated.width, height: annotated.height } };
}

async function showPrediction(event: APIGatewayProxyEventV2, door: Door): Promise<Answer> {
  const id = predictionId(event);
  const { name } = door.settings;
  const [result, decision] = await Promise.all([
    readIfThere(KEYS.result(name, id), door),
    readIfThere(KEYS.decision(name, id), door),
  ]);
  if (result === undefined) return showPending(id, door);
  const stored = storedResultSchema.parse(result);
  const decided = decision === undefined ? undefined : storedDecisionSchema.parse(decision);
  if (stored.status === 'human') return json(200, humanAnswer({ request: stored, decision: decided }));
  const answer = stored.status === 'done' ? await toAnswer(stored, door) : stored;
  return json(200, { ...answer, ...(decided && { decision: decided }) });
}

/** A ticket's upload that lies in the bucket has a result coming; without one there is nothing to wait for. */
async function showPending(id: string, { settings, objects }: Door): Promise<Answer> {
  if (!(await objects.exists(KEYS.ticketedUpload(settings.name, id)))) throw notFound(id);
  const pending = { id, endpoint: settings.name, status: 'processing' };
  return json(202, pending, { 'retry-after': String(RETRY_SECONDS) });
}

async function decide(event: APIGatewayProxyEventV2, door: Door): Promise<Answer> {
  const id = predictionId(event);
  const { name } = door.settings;
  const body = parseJsonObject(Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'));
  const parsed = decisionSchema.safeParse(body);
  if (!parsed.success) {
    const [first, ...more] = parsed.error.issues.map(
      ({ path, message }): Fault => ({
        field: path.join('.') || 'body',
        expected: '{"count": whole number, "by"?: text, "note"?: text}',
        received: message,
      }),
    );
    throw new MalformedBodyError([first as Fault, ...more]);
  }
  if (!(await door.objects.exists(KEYS.result(name, id)))) throw notFound(id);
  const decision = { ...parsed.data, decided_at: new Date().toISOString() };
  await door.objects.putJson(KEYS.decision(name, id), decision);
  return json(200, { id, endpoint: name, decision });
}

async function openUpload(event: APIGatewayProxyEventV2, door: Door): Promise<Answer> {
  const query = queryOf(event);
  const contentType = uploadType(query.get('content_type'));
  query.delete('content_type');
  const options = parseOptions(query);
  if (options.model !== undefined) door.models.check(options.model);
  const { settings, objects } = door;
  const id = uuidv7();
  const seconds = settings.urlSeconds;
  const expires = new Date(Date.now() + seconds * 1000);
  const key = KEYS.ticketedUpload(settings.name, id);
  const maxBytes = settings.maxUploadBytes;
  const post = await objects.presignPost({ key, contentType, maxBytes, seconds, metadata: toMetadata(options) });
  const ticket: UploadTicket = {
    id,
    ...post,
    expires_at: expires.toISOString(),
    max_bytes: maxBytes,
    content_type: contentType,
    prediction: `/${settings.name}/predictions/${id}`,
  };
  return json(201, ticket, { location: ticket.prediction });
}

function uploadType(values: readonly string[] = ['image/jpeg']): string {
  const [type = ''] = values;
  if (values.length === 1 && (PICTURE_TYPES as readonly string[]).includes(type)) return type;
  const fault = {
    field: 'content_type',
    expected: `one of ${PICTURE_TYPES.join(', ')}`,
    received: shown(values.join(', ')),
  };
  throw new InvalidOptionsError([fault]);
}

/** Options travel with the upload as user metadata, which cannot hold underscores everywhere: `max-side`. */
function toMetadata(options: RequestOptions): Record<string, string> {
  return Object.fromEntries(
    OPTION_NAMES.filter((name) => options[name] !== undefined).map((name) => [
      name.replace('_', '-'),
      String(options[name]),
    ]),
  );
}

/** The parsed query has doubled names joined by commas, so the raw one is read. */
function queryOf(event: APIGatewayProxyEventV2): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(event.rawQueryString))
    all.set(name, [...(all.get(name) ?? []), value]);
  return all;
}

/** Ids are hex digits and dashes; anything else must not become part of a key. */
function predictionId(event: APIGatewayProxyEventV2): string {
  const id = event.pathParameters?.id ?? '';
  if (!/^[0-9a-f-]{32,36}$/.test(id)) throw notFound(id);
  return id;
}

function notFound(id: string): PredictionNotFoundError {
  return new PredictionNotFoundError([
    { field: 'id', expected: 'the id of a prediction of this endpoint', received: shown(id) },
  ]);
}

async function readIfThere(key: string, { objects }: Door): Promise<unknown> {
  try {
    return await objects.getJson(key);
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined;
    throw error;
  }
}

function json(statusCode: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return { statusCode, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
