/** From messages to events: which stored object or execution each names, and the events that follow from it. */

import type { CloudEvent } from '../api/event-schemas.ts';
import { FOUND_PREFIX } from '../drift-contract.ts';
import { AUDIT_KEY } from '../events-contract.ts';
import { readUploadMessage } from '../platform/object-messages.ts';
import { ObjectNotFoundError, type Objects } from '../platform/objects.ts';
import { parseTickRecord } from '../records/stored-record.ts';
import type { TickRecord } from '../records/tick-record.ts';
import { batchEvent, statusChangeSchema } from './batch-event.ts';
import { driftEvent } from './drift-event.ts';
import { resultEvent } from './result-event.ts';
import { rolloutEvents } from './rollout-events.ts';

/** What events are made from. */
export interface Sources {
  readonly objects: Pick<Objects, 'bucket' | 'getJson' | 'findJson'>;
  /** Address of the HTTP API. */
  readonly api: string;
}

/**
 * The events of a message: of S3 about a new object, or of Step Functions about an execution. The stored object is
 * read, so that the event says what is stored.
 * @returns none where the object was deleted since, or is nothing that events are about
 * @throws UploadMessageError, StoreUnavailableError, z.ZodError
 */
export async function eventsOf(body: string, sources: Sources): Promise<CloudEvent[]> {
  const change = statusChangeSchema.safeParse(jsonOf(body));
  if (change.success) return [batchEvent(change.data, sources.api)];
  const keys = readUploadMessage(body)
    .filter(({ bucket }) => bucket === sources.objects.bucket)
    .map(({ key }) => key);
  return (await Promise.all(keys.map((key) => eventsOfObject(key, sources)))).flat();
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Results, and results of batch jobs. Beside those of jobs are annotated pictures. */
const RESULT_KEY = /^(?:results|batch)\/.+\.json$/;

async function eventsOfObject(key: string, { objects, api }: Sources): Promise<CloudEvent[]> {
  const audit = AUDIT_KEY.exec(key);
  const isDrift = key.startsWith(FOUND_PREFIX);
  if (!audit && !isDrift && !RESULT_KEY.test(key)) return [];
  try {
    const stored = await objects.getJson(key);
    if (isDrift) return [driftEvent(key, stored, api)];
    if (!audit) return [resultEvent(key, stored, api)];
    const record = parseTickRecord(stored);
    return record ? rolloutEvents({ key, record, before: await recordBefore(key, record, objects) }, api) : [];
  } catch (error) {
    // Erased or expired since: nothing may be said of it any more.
    if (error instanceof ObjectNotFoundError) return [];
    throw error;
  }
}

const TICK_NAME = /\d{6}(?:\..+)?\.json$/;

/** An operator's rollback follows the record of its own tick number. */
async function recordBefore(
  key: string,
  { tick }: TickRecord,
  objects: Pick<Objects, 'findJson'>,
): Promise<TickRecord | undefined> {
  const isTick = /\/\d{6}\.json$/.test(key);
  const number = isTick ? tick - 1 : tick;
  if (number < 1) return undefined;
  return parseTickRecord(await objects.findJson(key.replace(TICK_NAME, `${String(number).padStart(6, '0')}.json`)));
}
