/** Objects of S3, as fauxqs has them and as they are stored. */

import type { buildApp } from 'fauxqs';
import type { Place } from './place.ts';

/** fauxqs's store of S3. */
export type S3Store = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>['s3Store'];
/** What fauxqs calls to store its state. */
export type Provider = NonNullable<S3Store['persistence']>;
export type S3Object = Parameters<Provider['upsertObject']>[1];

/** An object without its body. */
export interface ObjectRecord {
  readonly bucket: string;
  /** Of its body. */
  readonly file: string;
  /** Of the body's first byte in the file. Default 0: in states of format 1, each body has a file. */
  readonly at?: number;
  readonly object: Omit<S3Object, 'body' | 'lastModified'> & { readonly lastModified: string };
}

/** Where the body of an object is. */
export function placeOf({ file, at = 0, object }: ObjectRecord): Place {
  return { file, at, length: object.contentLength };
}
