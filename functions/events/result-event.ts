import { type CloudEvent, pictureRejectedSchema, resultStoredSchema } from '../api/event-schemas.ts';
import { cloudEvent } from './cloud-event.ts';

/** EventBridge bills an event for each 64 KB. The rest is for the attributes. */
const MOST_DATA_BYTES = 60 * 1024;

/** The event of a stored result or rejection. @throws z.ZodError for an object that is neither */
export function resultEvent(key: string, stored: unknown, api: string): CloudEvent {
  const about = <T extends { readonly id: string; readonly endpoint: string; readonly created_at: string }>(
    data: T,
  ) => ({
    endpoint: data.endpoint,
    origin: key,
    subject: data.id,
    time: data.created_at,
    data,
  });
  if ((stored as { status?: unknown } | null)?.status === 'rejected') {
    return cloudEvent({ type: 'picture.rejected', ...about(pictureRejectedSchema.parse(stored)) }, api);
  }
  const data = resultStoredSchema.parse(stored);
  return cloudEvent({ type: 'result.stored', ...about(fitting(data)) }, api);
}

type Result = CloudEvent<'result.stored'>['data'];

function fitting(data: Result): Result {
  if (data.status === 'human' || Buffer.byteLength(JSON.stringify(data)) <= MOST_DATA_BYTES) return data;
  const { detections: _, ...rest } = data;
  return rest;
}
