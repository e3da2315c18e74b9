/** Events as webhooks: OpenAPI 3.1 describes the requests that receivers get. */

import * as z from 'zod';
import type { ZodOpenApiPathItemObject } from 'zod-openapi';
import { CLOUD_EVENT_TYPE, eventSchema } from '../../api/event-schemas.ts';
import { EVENT_TYPES, type EventType } from '../../events-contract.ts';

const SUMMARIES: Record<EventType, string> = {
  'result.stored': 'A picture was answered',
  'picture.rejected': 'An upload, or a picture of a batch job, was rejected',
  'batch.started': 'A batch job started or was resumed',
  'batch.ended': 'A batch job ended',
  'rollout.started': 'A rollout started',
  'rollout.step_moved': 'A rollout passed a step',
  'rollout.waits': 'A rollout waits for an operator or for people who judge',
  'rollout.held': 'An operator holds a rollout',
  'rollout.resumed': 'A held rollout goes on',
  'rollout.promoted': 'A version was promoted to all traffic',
  'rollout.rolled_back': 'A version was rolled back',
  'rollout.superseded': 'A newer version ended a rollout',
  'rollout.stopped': 'A rollout stopped, because the alias was moved',
  'drift.found': 'The pictures or the answers of an endpoint have changed',
};

/** @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
const header = z.object({
  'webhook-id': z.string().meta({ description: 'id of the event; the same in every repetition' }),
  'webhook-timestamp': z.string().regex(/^\d+$/).meta({ description: 'time of this attempt, Unix seconds' }),
  'webhook-signature': z.string().meta({
    description: 'signatures by the scheme of Standard Webhooks, `v1,` and base64, separated by spaces',
  }),
});

const RESPONSES = {
  '2XX': { description: 'The event was received. Answer before you process it.' },
  '410': { description: 'The receiver wants no more events: deliveries to it end.' },
  default: { description: 'Not received: the event is sent again, with growing pauses, for about a day.' },
} as const;

/** The webhooks of the document, by type. */
export function eventWebhooks(): Record<EventType, ZodOpenApiPathItemObject> {
  return Object.fromEntries(EVENT_TYPES.map((type) => [type, { post: webhook(type) }])) as never;
}

function webhook(type: EventType): ZodOpenApiPathItemObject['post'] {
  return {
    tags: ['events'],
    operationId: `on${type.replace(/(?:^|[._])(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: SUMMARIES[type],
    security: [],
    requestParams: { header },
    requestBody: { required: true, content: { [CLOUD_EVENT_TYPE]: { schema: eventSchema(type) } } },
    responses: RESPONSES,
  };
}
