/**
 * EventBridge's API: PutEvents.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */

import { randomUUID } from 'node:crypto';
import { ACCOUNT, REGION } from '../account.ts';
import { UnsupportedError } from '../errors.ts';
import { type Input, jsonService, type Operation, ServiceError } from '../protocol/json-service.ts';
import type { OperationName } from '../protocol/operations.ts';
import type { Service } from '../protocol/service.ts';
import { DEFAULT_BUS, type EventBuses } from './bus.ts';

/** Fields of an entry. */
const FIELDS = ['Source', 'DetailType', 'Detail', 'EventBusName', 'Resources', 'Time'] as const;
type Entry = Readonly<Partial<Record<(typeof FIELDS)[number], unknown>>>;

const MOST_ENTRIES = 10;
/** Of all entries of a request together. Some pages of AWS say: of each entry. */
const MOST_BYTES = 256 * 1024;
/** What AWS counts for the field `Time`. */
const TIME_BYTES = 14;

/** Answers EventBridge's operations. */
export function eventsApi(buses: EventBuses): Service {
  const operations: Record<OperationName<'eventbridge'>, Operation> = {
    PutEvents: async (input) => {
      const answers = await Promise.all(entriesOf(input).map((entry) => put(entry, buses)));
      return { FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length, Entries: answers };
    },
  };
  return jsonService('events', operations);
}

/** @throws ServiceError, UnsupportedError */
function entriesOf(input: Input): Entry[] {
  const unknown = Object.keys(input).find((name) => name !== 'Entries');
  if (unknown !== undefined) throw new UnsupportedError(`The parameter ${unknown} of PutEvents`, 'events API');
  const entries = (Array.isArray(input.Entries) ? input.Entries : []) as Entry[];
  if (entries.length === 0 || entries.length > MOST_ENTRIES) {
    const limit = entries.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${MOST_ENTRIES}`;
    const constraint = `Member must have length ${limit}`;
    const message = `1 validation error detected: Value at 'entries' failed to satisfy constraint: ${constraint}`;
    throw new ServiceError('ValidationException', message);
  }
  if (entries.reduce((bytes, entry) => bytes + bytesOf(entry), 0) > MOST_BYTES) {
    throw new ServiceError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  const field = entries.flatMap(Object.keys).find((name) => !(FIELDS as readonly string[]).includes(name));
  if (field !== undefined) throw new UnsupportedError(`The field ${field} of an entry of PutEvents`, 'events API');
  return entries;
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
function bytesOf({ Source, DetailType, Detail, Resources, Time }: Entry): number {
  const texts = [Source, DetailType, Detail, ...(Array.isArray(Resources) ? Resources : [])];
  const bytes = texts.reduce((sum: number, text) => sum + Buffer.byteLength(String(text ?? '')), 0);
  return bytes + (Time === undefined ? 0 : TIME_BYTES);
}

/** Each entry succeeds or fails by itself. */
async function put(entry: Entry, buses: EventBuses): Promise<object> {
  const { Source, DetailType, Detail, EventBusName = DEFAULT_BUS, Resources = [], Time } = entry;
  const missing = (['Source', 'DetailType', 'Detail'] as const).find((name) => !entry[name]);
  if (missing) return failed('InvalidArgument', `Parameter ${missing} is not valid. Reason: ${missing} is required.`);
  if (String(Source).startsWith('aws.')) return failed('NotAuthorizedForSourceException', 'Not authorized.');
  const detail = parsed(String(Detail));
  if (detail === undefined) return failed('MalformedDetail', 'Detail is malformed.');
  const bus = String(EventBusName).replace(/^arn:aws:events:.*:event-bus\//, '');
  if (!buses.has(bus)) return failed('ResourceNotFoundException', `Event bus ${bus} does not exist.`);
  const id = randomUUID();
  const at = Time === undefined ? new Date() : new Date(Number(Time) * 1000);
  const about = { id, 'detail-type': DetailType, source: Source, account: ACCOUNT, region: REGION };
  const time = at.toISOString().replace(/\.\d{3}/, '');
  await buses.put({ version: '0', ...about, time, resources: Resources, detail }, bus);
  return { EventId: id };
}

function failed(ErrorCode: string, ErrorMessage: string): object {
  return { ErrorCode, ErrorMessage };
}

/** A JSON object. */
function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
