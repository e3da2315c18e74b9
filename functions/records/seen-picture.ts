import type { Fingerprint, StoredResult } from '../api/schemas.ts';
import type { SeenPicture } from '../judge/scenes.ts';
import { ObjectNotFoundError, type Objects } from '../platform/objects.ts';
import { callerOf } from './caller.ts';
import { fingerprintOf } from './fingerprint.ts';
import { pictureOf } from './recorded-picture.ts';

/** First digits of a hash that are kept: of a million pictures, two are confused with a chance of 1 in 30 million. */
const HASH_DIGITS = 16;
/** Last digits of an id that are kept. */
const ID_DIGITS = 12;
/** First characters of a caller that are kept. */
const CALLER_CHARACTERS = 12;

/**
 * By what a recorded picture is recognised. Results of earlier releases have no fingerprint, so that the picture is
 * read.
 * @returns undefined where the picture was deleted
 * @throws StoreUnavailableError
 */
export async function seenPicture(
  result: StoredResult,
  objects: Pick<Objects, 'get'>,
): Promise<SeenPicture | undefined> {
  const stored = result.status === 'rejected' ? undefined : result.fingerprint;
  const fingerprint = stored ?? (await readFingerprint(result, objects));
  if (!fingerprint) return undefined;
  const caller = callerOf(result);
  return {
    ...keptParts(result.id, fingerprint),
    minute: Math.floor(Date.parse(result.created_at) / 60_000),
    ...(caller !== undefined && { caller: caller.slice(-CALLER_CHARACTERS) }),
  };
}

/** What is kept of an id and a fingerprint: a picture whose time and sender are not known. */
export function keptParts(id: string, { sha256, luminance }: Fingerprint): SeenPicture {
  return {
    id: id.slice(-ID_DIGITS),
    sha256: sha256.slice(0, HASH_DIGITS),
    ...(luminance !== undefined && { luminance }),
  };
}

async function readFingerprint(result: StoredResult, objects: Pick<Objects, 'get'>): Promise<Fingerprint | undefined> {
  const { key, version } = pictureOf(result);
  try {
    return fingerprintOf((await objects.get(key, version)).bytes);
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined;
    throw error;
  }
}
