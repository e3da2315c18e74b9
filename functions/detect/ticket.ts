import { TicketUsedError } from '../api/errors.ts';
import { type Source, type StoredResult, storedResultSchema } from '../api/schemas.ts';
import { KEYS } from '../contract.ts';
import { ObjectChangedError, type Objects } from '../platform/objects.ts';

type UploadSource = Extract<Source, { kind: 'upload' }>;

/** The id that `POST /{endpoint}/uploads` promised, when the upload came that way. */
export function ticketId(key: string, endpoint: string): string | undefined {
  const prefix = KEYS.ticketedUpload(endpoint, '');
  const id = key.slice(prefix.length);
  return key.startsWith(prefix) && /^[0-9a-f-]{36}$/.test(id) ? id : undefined;
}

/** The source of a result whose id is that of its ticket; undefined for any other result. */
export function ticketedSource({ id, endpoint, source }: StoredResult): UploadSource | undefined {
  return source.kind === 'upload' && source.key === KEYS.ticketedUpload(endpoint, id) ? source : undefined;
}

/**
 * Whether a ticket is free, or has the result of this version already.
 * @throws TicketUsedError where the id belongs to another picture: of the same ticket, or of an HTTP request
 */
export async function ticketState(
  { id, source, endpoint }: Pick<StoredResult, 'id' | 'source' | 'endpoint'>,
  objects: Objects,
): Promise<'free' | 'answered'> {
  const stored = await objects.findJson(KEYS.result(endpoint, id));
  if (stored === undefined) return 'free';
  const { source: holder } = storedResultSchema.parse(stored);
  if (holder.kind === 'upload' && source.kind === 'upload' && holder.version === source.version) return 'answered';
  throw ticketUsed(id);
}

/**
 * Stores the first object of a ticket's picture. Of two pictures at the same time, one gets the ticket: the other
 * writes nothing under its id.
 * @throws TicketUsedError, StoreUnavailableError
 */
export async function claimTicket(
  objects: Objects,
  id: string,
  { version }: UploadSource,
  object: { readonly key: string; readonly bytes: Uint8Array; readonly contentType: string },
): Promise<void> {
  const { key, bytes, contentType } = object;
  try {
    await objects.create(key, bytes, contentType, { version });
  } catch (error) {
    if (!(error instanceof ObjectChangedError)) throw error;
    // The same version: an earlier attempt stored it.
    if ((await objects.get(key)).metadata.version !== version) throw ticketUsed(id, { cause: error });
  }
}

/**
 * Stores the result of an upload, which no other picture and no second delivery may replace.
 * @returns whether it was stored; false: by another delivery of the same upload
 * @throws TicketUsedError, StoreUnavailableError
 */
export async function putUploadResult(objects: Objects, result: StoredResult): Promise<boolean> {
  try {
    await objects.replaceJson(KEYS.result(result.endpoint, result.id), result, undefined);
    return true;
  } catch (error) {
    if (!(error instanceof ObjectChangedError)) throw error;
    if ((await ticketState(result, objects)) === 'free') throw error;
    return false;
  }
}

function ticketUsed(id: string, options?: ErrorOptions): TicketUsedError {
  const expected = 'a ticket for each picture';
  return new TicketUsedError([{ field: 'upload', expected, received: `the ticket ${id} for another one` }], options);
}
