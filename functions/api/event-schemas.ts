/**
 * Schemas of events, in the shape of CloudEvents 1.0. The OpenAPI document is generated from them.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */

import * as z from 'zod';
import { foundDriftSchema } from '../drift-contract.ts';
import type { EventType } from '../events-contract.ts';
import { detectionSchema, humanRequestSchema, rejectionSchema, storedPredictionSchema } from './schemas.ts';

/** The name of a batch job, in its results only. */
const job = z.string().exactOptional().meta({ description: 'the batch job that read the picture' });

const about = {
  id: true,
  endpoint: true,
  created_at: true,
  source: true,
  release: true,
  status: true,
  image: true,
} as const;

/** The stored result without what is never shown, and without addresses that expire. */
export const resultStoredSchema = z.discriminatedUnion('status', [
  storedPredictionSchema.pick({ ...about, count: true, counts: true, model: true, timing_ms: true }).extend({
    detections: z.array(detectionSchema).exactOptional().meta({
      description: 'absent where the event would be larger than 64 KB: GET /{endpoint}/predictions/{id} has them',
    }),
    job,
  }),
  humanRequestSchema.pick(about),
]);

export const pictureRejectedSchema = rejectionSchema.extend({ job });

export const batchDataSchema = z.object({
  endpoint: z.string(),
  job: z.string(),
  function_version: z.string(),
  from: z.string().meta({ description: 's3://bucket/prefix, or the address of the manifest' }),
  resumed: z.int().nonnegative().meta({ description: 'how often the job was resumed' }),
  started_at: z.iso.datetime(),
});

export const batchEndedSchema = batchDataSchema.extend({
  status: z.enum(['SUCCEEDED', 'FAILED', 'ABORTED', 'TIMED_OUT']).meta({
    description: 'of the execution in Step Functions; ABORTED: an operator stopped the job',
  }),
  ended_at: z.iso.datetime(),
  reason: z.string().exactOptional().meta({ description: 'why it failed' }),
});

export const rolloutDataSchema = z.object({
  endpoint: z.string(),
  version: z.string().meta({ description: 'the new version' }),
  stable_version: z.string().meta({ description: 'the version that had all traffic before' }),
  rollout: z.string().meta({ description: 'name of the rollout' }),
  tick: z.int().nonnegative(),
  status: z.string().meta({ description: 'status after the tick: running, held, alarmed, done, rolled back, …' }),
  outcome: z.enum(['promote', 'hold', 'roll back']).meta({ description: 'the verdict' }),
  judged_step: z.string(),
  present_step: z.string(),
  needs_a_person: z.boolean(),
  reason: z.string().meta({ description: "the verdict's arithmetic in words" }),
  traffic: z.string().meta({ description: 'where live traffic goes, in words' }),
  report: z.url().meta({ description: 'page of the report; it requires the credentials of an operator' }),
  title: z.string().meta({ description: 'one line' }),
  text: z.string().meta({ description: 'reason, numbers and report as text, for messages to people' }),
});

export const driftDataSchema = foundDriftSchema.omit({ function_name: true, summary: true }).extend({
  version: z.string().meta({ description: 'the live version' }),
  reason: z.string().meta({ description: 'what has changed, and since when, in words' }),
  report: z.url().meta({ description: 'page of the status, with pictures before and after' }),
  title: z.string().meta({ description: 'one line' }),
  text: z.string().meta({ description: 'reason, reference and what to do as text, for messages to people' }),
});

/** Schemas of the attribute `data`, by type. */
export const EVENT_DATA = {
  'result.stored': resultStoredSchema,
  'picture.rejected': pictureRejectedSchema,
  'batch.started': batchDataSchema,
  'batch.ended': batchEndedSchema,
  'rollout.started': rolloutDataSchema,
  'rollout.step_moved': rolloutDataSchema,
  'rollout.waits': rolloutDataSchema,
  'rollout.held': rolloutDataSchema,
  'rollout.resumed': rolloutDataSchema,
  'rollout.promoted': rolloutDataSchema,
  'rollout.rolled_back': rolloutDataSchema,
  'rollout.superseded': rolloutDataSchema,
  'rollout.stopped': rolloutDataSchema,
  'drift.found': driftDataSchema,
} as const satisfies Record<EventType, z.ZodType>;

/** An event of a type. */
export function eventSchema<T extends EventType>(type: T) {
  return z.object({
    specversion: z.literal('1.0'),
    id: z.string().meta({ description: 'the same whenever the same event is sent again' }),
    source: z.url().meta({ description: 'address of the endpoint' }),
    type: z.literal(type),
    subject: z.string().meta({ description: 'id of the prediction, or name of the job, rollout or endpoint' }),
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    data: EVENT_DATA[type],
  });
}

/** Content type of an event with its attributes. */
export const CLOUD_EVENT_TYPE = 'application/cloudevents+json';

/** An event. */
export interface CloudEvent<T extends EventType = EventType> {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: T;
  readonly subject: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: z.output<(typeof EVENT_DATA)[T]>;
}
