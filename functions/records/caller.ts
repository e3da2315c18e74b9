import { posix } from 'node:path';
import type { StoredResult } from '../api/schemas.ts';

/** Who sent a picture: the owner of the result, or the folder of an upload, as `uploads/count-cars/gate-7`. */
export function callerOf({ owner, source }: Pick<StoredResult, 'owner' | 'source'>): string | undefined {
  return owner ?? (source.kind === 'upload' ? posix.dirname(source.key) : undefined);
}
