/** Schema of the settings: types, ranges, messages. Strict: an unknown key is a fault. */

import * as z from 'zod';
import { MAX_SIDE_LIMIT } from '../functions/contract.ts';
import { batchSchema } from './batch-settings.ts';
import { DEFAULTS, LOG_RETENTION_DAYS, type NonEmpty } from './config.ts';
import { eventsSchema } from './events-settings.ts';
import { labelledSchema } from './labelled-photos.ts';

function whole(least: number, most: number, unit: string) {
  const expected = `Expected a whole number of ${unit}, ${least}–${most}`;
  return z.int(expected).min(least, expected).max(most, expected);
}

function share() {
  const expected = 'Expected a number, 0–1';
  return z.number(expected).min(0, expected).max(1, expected);
}

function oneOrMore<T extends z.ZodType>(item: T, what: string, most = Number.POSITIVE_INFINITY) {
  const expected = `Expected a list of at least one ${what}`;
  return z
    .array(item, expected)
    .min(1, expected)
    .max(most, `Expected a list of at most ${most}, the limit of API Gateway`)
    .transform((list) => list as unknown as NonEmpty<z.output<T>>);
}

function text(what: string) {
  return z.string(`Expected ${what}`).min(1, `Expected ${what}`);
}

/** Name of a deployment or an endpoint. */
export const nameSchema = z
  .string('Expected a name')
  .regex(/^[a-z](?:-?[a-z0-9])+$/, 'Expected lower-case letters, digits and single hyphens, beginning with a letter')
  .max(40, 'Expected at most 40 characters');

const days = (byDefault: number) => whole(1, 3650, 'days').default(byDefault);

/**
 * Audiences of an authorizer, and scopes of a route. Neither limit can be raised.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
const [MAX_AUDIENCES, MAX_SCOPES] = [50, 10];

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-3.3 */
const SCOPE = 'Expected a scope, without spaces, quotes and backslashes';
const scope = z.string(SCOPE).regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, SCOPE);

/** Scopes of operators' tokens. */
export const scopesSchema = oneOrMore(scope, 'scope', MAX_SCOPES);

const auth = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('iam') }),
    z.strictObject({
      type: z.literal('jwt'),
      issuer: z.url({ protocol: /^https$/, error: 'Expected the https URL of an OpenID Connect issuer' }),
      audience: oneOrMore(text('an audience'), 'audience', MAX_AUDIENCES),
      operatorScopes: scopesSchema.exactOptional(),
    }),
    z.strictObject({ type: z.literal('none') }),
  ],
  'Expected iam(), jwt({ … }) or none()',
);

const origin = z
  .string('Expected an origin')
  .regex(/^(\*|https?:\/\/[^/\s*]+)$/, 'Expected an origin (scheme and host, without a path) or "*"')
  .superRefine((value, { addIssue }) => {
    const sent = value === '*' || !URL.canParse(value) ? value : new URL(value).origin;
    if (sent !== value) addIssue({ code: 'custom', message: `Expected ${sent}, which browsers send` });
  });

const cors = z.strictObject({
  origins: oneOrMore(origin, 'origin'),
  maxAgeSeconds: whole(0, 86_400, 'seconds').default(DEFAULTS.corsMaxAgeSeconds),
});

const throttle = z.strictObject({
  rate: whole(1, 10_000, 'requests per second').default(DEFAULTS.throttle.rate),
  burst: whole(1, 5000, 'requests').default(DEFAULTS.throttle.burst),
});

const lifetimeDays = z.strictObject({
  uploads: days(DEFAULTS.lifetimeDays.uploads),
  inputs: days(DEFAULTS.lifetimeDays.inputs),
  annotated: days(DEFAULTS.lifetimeDays.annotated),
  results: days(DEFAULTS.lifetimeDays.results),
  decisions: days(DEFAULTS.lifetimeDays.decisions),
  rollouts: days(DEFAULTS.lifetimeDays.rollouts),
  tables: days(DEFAULTS.lifetimeDays.tables),
});

const PER_MINUTE = 'Expected requests per minute, over 0';

const endpointOptions = {
  name: nameSchema,
  confidence: share().exactOptional(),
  iou: share().exactOptional(),
  maxSide: whole(64, MAX_SIDE_LIMIT, 'pixels').default(DEFAULTS.endpoint.maxSide),
  memoryMb: whole(512, 10_240, 'MB').default(DEFAULTS.endpoint.memoryMb),
  timeoutSeconds: whole(1, 29, 'seconds').default(DEFAULTS.endpoint.timeoutSeconds),
  reservedConcurrency: whole(1, 1000, 'invocations').exactOptional(),
  // Its default depends on `reservedConcurrency`.
  uploadConcurrency: whole(2, 1000, 'invocations').exactOptional(),
  capture: share().default(DEFAULTS.endpoint.capture),
  maxPixels: whole(1, 200_000_000, 'pixels').default(DEFAULTS.endpoint.maxPixels),
  damaged: z.enum(['reject', 'serve'], 'Expected "reject" or "serve"').default(DEFAULTS.endpoint.damaged),
  maxUploadBytes: whole(1, 100 * 1024 * 1024, 'bytes').default(DEFAULTS.endpoint.maxUploadBytes),
  urlSeconds: whole(60, 43_200, 'seconds').default(DEFAULTS.endpoint.urlSeconds),
  requestsPerMinute: z.number(PER_MINUTE).positive(PER_MINUTE).exactOptional(),
  drift: z.literal(true, 'Expected true, or no value').exactOptional(),
  review: z.literal(true, 'Expected true, or no value').exactOptional(),
  batch: batchSchema.exactOptional(),
  labelled: labelledSchema.exactOptional(),
  // Checked by `checkPlan`, which also needs the endpoint's other options.
  rollout: z.unknown().optional(),
};

/** One endpoint. */
export const endpointSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('count'),
      ...endpointOptions,
      model: text('the name of a model package'),
      labels: oneOrMore(text('a label'), 'label'),
      answeredBy: z.enum(['model', 'human'], 'Expected "model" or "human"').default('model'),
    }),
    z.strictObject({
      kind: z.literal('predict'),
      ...endpointOptions,
      models: oneOrMore(text('the name of a model package'), 'model package'),
    }),
  ],
  'Expected countEndpoint({ … }) or predictEndpoint({ … })',
);

/** Without the endpoints, which are checked one by one: a fault in one must not hide those of another. */
export const deploymentSchema = z.strictObject({
  name: nameSchema,
  architecture: z.enum(['arm64', 'x86_64'], 'Expected "arm64" or "x86_64"').default(DEFAULTS.architecture),
  api: z
    .strictObject({
      auth: auth.default({ type: 'iam' }),
      cors: cors.exactOptional(),
      throttle: throttle.prefault({}),
    })
    .prefault({}),
  lifetimeDays: lifetimeDays.prefault({}),
  logRetentionDays: z
    .literal(LOG_RETENTION_DAYS, `Expected one of ${LOG_RETENTION_DAYS.join(', ')} days`)
    .default(DEFAULTS.logRetentionDays),
  tracing: z.boolean('Expected true or false').default(DEFAULTS.tracing),
  tables: z.boolean('Expected true or false').default(DEFAULTS.tables),
  terminationProtection: z.boolean('Expected true or false').default(DEFAULTS.terminationProtection),
  events: eventsSchema.exactOptional(),
  alarmEmail: z.email('Expected an e-mail address').exactOptional(),
  endpoints: oneOrMore(z.unknown(), 'endpoint'),
});

/** A parsed endpoint, defaults filled in. */
export type ParsedEndpoint = z.output<typeof endpointSchema>;
/** A parsed deployment, defaults filled in, its endpoints unchecked. */
export type ParsedDeployment = z.output<typeof deploymentSchema>;
