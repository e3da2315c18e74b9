import * as z from 'zod';
import { ENV, type EndpointSettings, MAX_SIDE_LIMIT, type PlatformSettings } from '../contract.ts';
import { CHECKED_PARTS } from '../detection/unchecked.ts';

/** The function's environment is not what the stacks set. The message names every fault with its path. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

const share = z.number().min(0).max(1);

const endpointSettings = z.strictObject({
  name: z.string().min(1),
  kind: z.enum(['count', 'predict']),
  answeredBy: z.enum(['model', 'human']),
  models: z.tuple([z.string()], z.string()),
  labels: z.array(z.string()).min(1).optional(),
  confidence: share.optional(),
  iou: share.optional(),
  maxSide: z.int().min(16).max(MAX_SIDE_LIMIT),
  maxPixels: z.int().positive(),
  damaged: z.enum(['reject', 'serve']).optional(),
  maxUploadBytes: z.int().positive(),
  capture: share,
  drift: z.literal(true).optional(),
  operatorScopes: z.array(z.string()).min(1).optional(),
  urlSeconds: z.int().positive(),
  modelVersions: z.record(z.string(), z.string()).optional(),
  unchecked: z.record(z.string(), z.array(z.enum(CHECKED_PARTS))).optional(),
});

const bounds = z.object({ min: share, max: share });

const platformSettings = z.object({
  name: z.string(),
  auth: z.enum(['iam', 'jwt', 'none']),
  operatorAuth: z.enum(['iam', 'jwt']).exactOptional(),
  events: z.literal(true).exactOptional(),
  endpoints: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['count', 'predict']),
      models: z.tuple([z.string()], z.string()),
      labels: z.array(z.string()).optional(),
      confidence: share.optional(),
      drift: z.literal(true).exactOptional(),
      review: z.literal(true).exactOptional(),
      modelSummaries: z.array(
        z.object({
          name: z.string(),
          version: z.string(),
          family: z.string(),
          sha256: z.string(),
          licence: z.string(),
          labels: z.array(z.string()),
          thresholds: z.object({
            confidence: share,
            perLabel: z.record(z.string(), share),
            iou: share,
            bounds: z.object({ confidence: bounds, iou: bounds }),
          }),
          checked: z.object({ boxes: z.boolean(), classes: z.boolean(), colour: z.boolean() }).exactOptional(),
        }),
      ),
    }),
  ),
});

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings of a detect function. @throws SettingsError when the variable is missing, not JSON or invalid */
export function readEndpointSettings(environment: Environment): EndpointSettings {
  return dropUndefined(parseVariable(ENV.endpoint, endpointSettings, environment)) as EndpointSettings;
}

/** Settings of the docs function. @throws SettingsError when the variable is missing, not JSON or invalid */
export function readPlatformSettings(environment: Environment): PlatformSettings {
  return parseVariable(ENV.platform, platformSettings, environment) as PlatformSettings;
}

/** The value of an environment variable. @throws SettingsError when it is not set or empty */
export function readVariable(name: string, environment: Environment): string {
  const value = environment[name];
  if (!value)
    throw new SettingsError(`Expected a value for the environment variable ${name}, received ${value ?? 'nothing'}`);
  return value;
}

function parseVariable<T>(name: string, schema: z.ZodType<T>, environment: Environment): T {
  const text = readVariable(name, environment);
  const parsed = schema.safeParse(parseJson(name, text));
  if (parsed.success) return parsed.data;
  throw new SettingsError(
    `Expected valid settings for ${name}, received settings with errors: ${z.prettifyError(parsed.error)}`,
  );
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SettingsError(`Expected JSON for ${name}, received ${text.slice(0, 80)}`, { cause });
  }
}

/** Because zod types an optional key as `T | undefined`, which `exactOptionalPropertyTypes` does not accept. */
function dropUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}
