/** Where the picture of a stored result lies. */

import type { StoredResult } from '../api/schemas.ts';
import { KEYS } from '../contract.ts';

/** One object of the bucket. */
export interface RecordedPicture {
  readonly key: string;
  /** Only of an upload: the version that was answered, because an S3 client can write the same key again. */
  readonly version?: string;
}

/** An upload lies where its sender put it; the picture of an HTTP request is captured under its id. */
export function pictureOf({ endpoint, id, source }: Pick<StoredResult, 'endpoint' | 'id' | 'source'>): RecordedPicture {
  if (source.kind === 'upload') return { key: source.key, version: source.version };
  return { key: KEYS.input(endpoint, id) };
}
