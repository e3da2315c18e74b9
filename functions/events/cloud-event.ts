import { createHash } from 'node:crypto';
import type { CloudEvent } from '../api/event-schemas.ts';
import type { EventType } from '../events-contract.ts';

/** What an event is about. */
export interface Occurrence<T extends EventType> {
  readonly type: T;
  readonly endpoint: string;
  /** Key of the stored object, or ARN and attempt of the execution: names the occurrence, in every repetition. */
  readonly origin: string;
  readonly subject: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly data: CloudEvent<T>['data'];
}

/** @param api address of the HTTP API */
export function cloudEvent<T extends EventType>(occurrence: Occurrence<T>, api: string): CloudEvent<T> {
  const { type, endpoint, origin, subject, time, data } = occurrence;
  const source = `${api}/${endpoint}`;
  const id = createHash('sha256').update(`${source}\n${type}\n${origin}`).digest('hex').slice(0, 32);
  return { specversion: '1.0', id, source, type, subject, time, datacontenttype: 'application/json', data };
}
