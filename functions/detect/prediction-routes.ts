import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { z } from 'zod';
import { type InvalidField, MalformedBodyError, shown } from '../api/errors.ts';
import { RANGES } from '../api/options.ts';
import { RETRY_SECONDS } from '../api/problems.ts';
import {
  decisionSchema,
  type StoredDecision,
  type StoredRejection,
  type StoredResult,
  storedDecisionSchema,
  storedResultSchema,
} from '../api/schemas.ts';
import { KEYS } from '../contract.ts';
import { ObjectChangedError } from '../platform/objects.ts';
import { parseJsonObject, rawBody } from './body.ts';
import { type Caller, callerOf, checkReader, notFound } from './caller.ts';
import type { DetectContext } from './context.ts';
import { humanAnswer, versionOf, withOthers } from './human.ts';
import { OWNER_METADATA } from './option-metadata.ts';
import { json, predictionAnswer } from './representation.ts';

type Answer = APIGatewayProxyStructuredResultV2;

/**
 * `GET /{endpoint}/predictions/{id}`: the stored result with the human's decision, for its owner.
 * @throws PredictionNotFoundError, StoreUnavailableError
 */
export async function showPrediction(event: APIGatewayProxyEventV2, context: DetectContext): Promise<Answer> {
  const id = predictionId(event);
  const { name } = context.settings;
  const [result, decision] = await Promise.all([
    context.objects.findJson(KEYS.result(name, id)),
    context.objects.findJson(KEYS.decision(name, id)),
  ]);
  const caller = callerOf(event, context.settings);
  if (result === undefined) return showPending(id, caller, context);
  const stored = storedResultSchema.parse(result);
  checkReader(caller, id, stored.owner);
  const decided = decisionFor(stored, decision);
  if (stored.status === 'human') return json(200, humanAnswer(stored, decided));
  const answer = stored.status === 'done' ? await predictionAnswer(stored, context) : withoutOwner(stored);
  return json(200, { ...answer, ...(decided && { decision: decided }) });
}

function withoutOwner({ owner: _owner, ...answer }: StoredRejection): Omit<StoredRejection, 'owner'> {
  return answer;
}

/** An upload by a ticket is in the bucket before its result is; without the upload, no result will follow. */
async function showPending(id: string, caller: Caller, { settings, objects }: DetectContext): Promise<Answer> {
  const metadata = await objects.findMetadata(KEYS.ticketedUpload(settings.name, id));
  if (!metadata) throw notFound(id);
  checkReader(caller, id, metadata[OWNER_METADATA]);
  const pending = { id, endpoint: settings.name, status: 'processing' };
  return json(202, pending, { 'retry-after': String(RETRY_SECONDS) });
}

/**
 * `PUT /{endpoint}/predictions/{id}/decision`: stores the human's decision.
 * @throws MalformedBodyError, PredictionNotFoundError, StoreUnavailableError
 */
export async function decide(event: APIGatewayProxyEventV2, { settings, objects }: DetectContext): Promise<Answer> {
  const id = predictionId(event);
  const { name } = settings;
  const parsed = decisionSchema.safeParse(parseJsonObject(rawBody(event)), { reportInput: true });
  if (!parsed.success) {
    const [first, ...more] = parsed.error.issues.map(invalidDecision);
    throw new MalformedBodyError([first as InvalidField, ...more]);
  }
  const result = await objects.findJson(KEYS.result(name, id));
  if (result === undefined) throw notFound(id);
  const { source } = storedResultSchema.parse(result);
  const latest = { ...parsed.data, decided_at: new Date().toISOString(), ...versionOf(source) };
  const decision = await storeDecision(KEYS.decision(name, id), latest, objects);
  return json(200, { id, endpoint: name, decision });
}

/** How often a decision is stored again when another one is stored at the same time. */
const ATTEMPTS = 5;

/** Stores a decision, and keeps the latest one of each other person. */
async function storeDecision(
  key: string,
  latest: StoredDecision,
  objects: DetectContext['objects'],
): Promise<StoredDecision> {
  for (let attempt = 1; ; attempt += 1) {
    const present = await objects.findTagged(key);
    const decision = withOthers(latest, present && storedDecisionSchema.parse(present.value));
    try {
      await objects.replaceJson(key, decision, present?.tag);
      return decision;
    } catch (error) {
      if (!(error instanceof ObjectChangedError) || attempt === ATTEMPTS) throw error;
    }
  }
}

/** The decision about the picture of this result. In earlier releases, a ticket could have several pictures. */
function decisionFor({ source }: StoredResult, decision: unknown): StoredDecision | undefined {
  if (decision === undefined) return undefined;
  const decided = storedDecisionSchema.parse(decision);
  const { version = decided.version } = versionOf(source);
  return decided.version === undefined || decided.version === version ? decided : undefined;
}

function invalidDecision(issue: z.core.$ZodIssue): InvalidField {
  const received = issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue.input;
  return {
    field: issue.path.join('.') || 'body',
    expected: '{"count": whole number, "by"?: text, "note"?: text}',
    received: received === undefined ? 'none' : shown(received),
    ...(issue.path[0] === 'count' && { min: RANGES.decision.min, max: RANGES.decision.max }),
  };
}

/** Ids are hex digits and dashes; anything else must not become part of a key. */
function predictionId(event: APIGatewayProxyEventV2): string {
  const id = event.pathParameters?.id ?? '';
  if (!/^[0-9a-f-]{32,36}$/.test(id)) throw notFound(id);
  return id;
}
