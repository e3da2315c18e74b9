/** All versions of the bucket's objects: lists them and deletes them for good. */

import { DeleteObjectCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';

/** One version of an object, or the marker that a deletion leaves. */
export interface ObjectVersion {
  readonly key: string;
  readonly id: string;
  readonly isDeleteMarker: boolean;
  /** 0 for a marker. */
  readonly bytes: number;
  /** Without quotes; empty for a marker. */
  readonly etag: string;
}

/** The versions of a bucket. */
export interface VersionStore {
  readonly bucket: string;
  /** Versions and markers of the keys with this prefix, the newest of a key first. */
  each(prefix: string): AsyncIterable<ObjectVersion>;
  /** The folders directly below a prefix, each with its slash, of deleted objects too. */
  folders(prefix: string): Promise<string[]>;
  /** Deletes one version for good. */
  remove(version: Pick<ObjectVersion, 'key' | 'id'>): Promise<void>;
}

/** The versions of a bucket in S3. Every error is one of the SDK. */
export class ObjectVersions implements VersionStore {
  readonly bucket: string;
  private readonly client: S3Client;

  constructor(bucket: string, client: S3Client) {
    this.bucket = bucket;
    this.client = client;
  }

  async *each(prefix: string): AsyncGenerator<ObjectVersion> {
    for await (const { Versions = [], DeleteMarkers = [] } of this.pages(prefix)) {
      for (const { Key: key = '', VersionId: id = '', Size: bytes = 0, ETag = '' } of Versions) {
        yield { key, id, bytes, isDeleteMarker: false, etag: ETag.replaceAll('"', '') };
      }
      for (const { Key: key = '', VersionId: id = '' } of DeleteMarkers) {
        yield { key, id, bytes: 0, isDeleteMarker: true, etag: '' };
      }
    }
  }

  async folders(prefix: string): Promise<string[]> {
    const folders: string[] = [];
    for await (const { CommonPrefixes = [] } of this.pages(prefix, '/')) {
      folders.push(...CommonPrefixes.flatMap(({ Prefix }) => Prefix ?? []));
    }
    return folders;
  }

  async remove({ key, id }: Pick<ObjectVersion, 'key' | 'id'>): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key, VersionId: id }));
  }

  private async *pages(prefix: string, delimiter?: string) {
    let markers = {};
    for (;;) {
      const page = await this.client.send(
        new ListObjectVersionsCommand({
          Bucket: this.bucket,
          Prefix: prefix,
          ...(delimiter !== undefined && { Delimiter: delimiter }),
          ...markers,
        }),
      );
      yield page;
      if (!page.IsTruncated) return;
      const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
      markers = { ...(KeyMarker && { KeyMarker }), ...(VersionIdMarker && { VersionIdMarker }) };
    }
  }
}
