import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type * as z from 'zod';
import { type InvalidField, MalformedBodyError, shown } from '../api/errors.ts';
import { RANGES } from '../api/options.ts';
import { type Decisions, decisionsJson, preferenceSchema, readDecisions } from '../api/preference-schemas.ts';
import { decisionSchema, storedResultSchema } from '../api/schemas.ts';
import { KEYS } from '../contract.ts';
import { ObjectChangedError } from '../platform/objects.ts';
import { rawBody } from './body.ts';
import { notFound } from './caller.ts';
import type { DetectContext } from './context.ts';
import { versionOf } from './human.ts';
import { parseJsonObject } from './json-object.ts';
import { predictionId } from './prediction-routes.ts';
import { json } from './representation.ts';
import { withDecision, withPreference } from './stored-decisions.ts';

type Answer = APIGatewayProxyStructuredResultV2;

/**
 * `PUT /{endpoint}/predictions/{id}/decision`: stores the human's decision.
 * @throws MalformedBodyError, PredictionNotFoundError, StoreUnavailableError
 */
export async function decide(event: APIGatewayProxyEventV2, context: DetectContext): Promise<Answer> {
  const id = predictionId(event);
  const { name } = context.settings;
  const body = parsedBody(event, decisionSchema, '{"count": whole number, "by"?: text, "note"?: text}');
  const upload = await uploadOf(id, context);
  const latest = { ...body, decided_at: new Date().toISOString(), ...upload };
  const { decision } = await store(id, (before) => withDecision(latest, before), context);
  return json(200, { id, endpoint: name, decision });
}

/**
 * `PUT /{endpoint}/predictions/{id}/preference`: stores which of two answers a person finds more right.
 * @throws MalformedBodyError, PredictionNotFoundError, StoreUnavailableError
 */
export async function prefer(event: APIGatewayProxyEventV2, context: DetectContext): Promise<Answer> {
  const id = predictionId(event);
  const { name } = context.settings;
  const { preference, ...rest } = parsedBody(event, preferenceSchema, PREFERENCE);
  const { version } = await uploadOf(id, context);
  const latest = { preference, ...rest, decided_at: new Date().toISOString() };
  await store(id, (before) => withPreference(latest, version, before), context);
  return json(200, { id, endpoint: name, preference: latest });
}

const SIDES = preferenceSchema.shape.preference.options.map((each) => `"${each}"`).join(' or ');
const PREFERENCE = `{"preference": ${SIDES}, "pair": 16 hex digits, "by"?: text, "note"?: text}`;

function parsedBody<T>(event: APIGatewayProxyEventV2, schema: z.ZodType<T>, expected: string): T {
  const parsed = schema.safeParse(parseJsonObject(rawBody(event)), { reportInput: true });
  if (parsed.success) return parsed.data;
  const [first, ...more] = parsed.error.issues.map((issue) => invalidField(issue, expected));
  throw new MalformedBodyError([first as InvalidField, ...more]);
}

function invalidField(issue: z.core.$ZodIssue, expected: string): InvalidField {
  const received = issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue.input;
  return {
    field: issue.path.join('.') || 'body',
    expected,
    received: received === undefined ? 'none' : shown(received),
    ...(issue.path[0] === 'count' && { min: RANGES.decision.min, max: RANGES.decision.max }),
  };
}

/** The version of the upload that is decided on. @throws PredictionNotFoundError where there is no such result */
async function uploadOf(id: string, { settings, objects }: DetectContext): Promise<{ readonly version?: string }> {
  const result = await objects.findJson(KEYS.result(settings.name, id));
  if (result === undefined) throw notFound(id);
  return versionOf(storedResultSchema.parse(result).source);
}

/** How often a decision is stored again when another one is stored at the same time. */
const ATTEMPTS = 5;

async function store(
  id: string,
  change: (before: Decisions | undefined) => Decisions,
  { settings, objects }: DetectContext,
): Promise<Decisions> {
  const key = KEYS.decision(settings.name, id);
  for (let attempt = 1; ; attempt += 1) {
    const present = await objects.findTagged(key);
    const decisions = change(present && readDecisions(present.value));
    try {
      await objects.replaceJson(key, decisionsJson(decisions), present?.tag);
      return decisions;
    } catch (error) {
      if (!(error instanceof ObjectChangedError) || attempt === ATTEMPTS) throw error;
    }
  }
}
