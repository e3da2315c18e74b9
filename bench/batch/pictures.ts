/** The pictures of the job, one in a hundred broken. */

import { PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { uploadId } from '../../functions/api/upload-id.ts';
import { BATCH_KEYS } from '../../functions/batch-contract.ts';
import { benchPicture } from '../pictures.ts';

/** Pictures below a prefix of the endpoint's own. */
export interface PictureSet {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly prefix: string;
}

/** Width and height, pixels. */
export const SIZE = [416, 277] as const;

/** Puts at a time. */
const AT_A_TIME = 8;

/** The prefix of a set of pictures. */
export function prefixOf(name: string): string {
  return `${BATCH_KEYS.pictures('cars')}${name}/`;
}

/** One picture in a hundred is broken. */
export function isBroken(index: number): boolean {
  return index % 100 === 50;
}

export async function putPictures({ s3, bucket: Bucket, prefix }: PictureSet, count: number): Promise<void> {
  const { jpeg } = await benchPicture(...SIZE);
  const indexes = Array.from({ length: count }, (_, index) => index).values();
  const put = async () => {
    for (const index of indexes) {
      const Key = `${prefix}${String(index).padStart(6, '0')}.jpg`;
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: isBroken(index) ? Buffer.from('broken') : jpeg }));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, put));
}

/** A listed picture, as the machine passes it to the function. */
export interface ListedPicture {
  readonly Key: string;
  readonly Etag: string;
  readonly Size: number;
}

export async function listPictures({ s3, bucket, prefix }: PictureSet): Promise<ListedPicture[]> {
  const pictures: ListedPicture[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key = '', ETag = '', Size = 0 } of Contents) pictures.push({ Key, Etag: ETag, Size });
  }
  return pictures;
}

/** Ids of the results that the pictures must have. */
export async function expectedIds(set: PictureSet): Promise<Set<string>> {
  const { bucket } = set;
  const pictures = await listPictures(set);
  return new Set(pictures.map(({ Key, Etag }) => uploadId({ bucket, key: Key, version: Etag.replaceAll('"', '') })));
}
