import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { readDecisions } from '../api/preference-schemas.ts';
import { RETRY_SECONDS } from '../api/problems.ts';
import { type StoredDecision, type StoredRejection, type StoredResult, storedResultSchema } from '../api/schemas.ts';
import { KEYS } from '../contract.ts';
import { type Caller, callerOf, checkReader, notFound } from './caller.ts';
import type { DetectContext } from './context.ts';
import { humanAnswer, versionOf } from './human.ts';
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

/** The count of a human about the picture of this result. In earlier releases, a ticket could have several pictures. */
function decisionFor({ source }: StoredResult, json: unknown): StoredDecision | undefined {
  const decided = json === undefined ? undefined : readDecisions(json).decision;
  if (!decided) return undefined;
  const { version = decided.version } = versionOf(source);
  return decided.version === undefined || decided.version === version ? decided : undefined;
}

/** Ids are hex digits and dashes; anything else must not become part of a key. */
export function predictionId(event: APIGatewayProxyEventV2): string {
  const id = event.pathParameters?.id ?? '';
  if (!/^[0-9a-f-]{32,36}$/.test(id)) throw notFound(id);
  return id;
}
