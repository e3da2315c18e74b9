import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { ObjectVersion, VersionStore } from '../../cli/erase/object-versions.ts';
import { Objects } from '../../functions/platform/objects.ts';

interface MemoryObject {
  readonly bytes: Buffer;
  readonly tag: string;
  readonly modified: Date;
}

/** A bucket in memory, with versions and conditional writes, and few objects on a page of a list. */
export class MemoryBucket {
  readonly objects = new Map<string, MemoryObject>();
  /** Newest first. */
  private stored: (ObjectVersion & { readonly content: Buffer })[] = [];
  /** Called before each call with its name and key. It may throw. */
  onCall: (name: string, key: string) => void = () => {};
  /** The time of the bucket. */
  now = new Date('2026-11-27T00:30:00Z');
  private readonly pageSize: number;

  /** @param pageSize objects on a page of a list */
  constructor(pageSize = 3) {
    this.pageSize = pageSize;
  }

  readonly client = { send: (command: object) => this.send(command) } as unknown as S3Client;

  get asObjects(): Objects {
    return new Objects('bucket', this.client);
  }

  put(key: string, value: unknown): void {
    const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
    const etag = createHash('md5').update(bytes).digest('hex');
    this.objects.set(key, { bytes, tag: `"${etag}"`, modified: this.now });
    const id = `version-${this.stored.length + 1}`;
    this.stored.unshift({ key, id, isDeleteMarker: false, bytes: bytes.length, etag, content: bytes });
  }

  /** The versions of all objects. */
  get versions(): VersionStore {
    const all = () => this.stored;
    return {
      bucket: 'bucket',
      async *each(prefix) {
        yield* all().filter(({ key }) => key.startsWith(prefix));
      },
      folders: async () => [],
      remove: async ({ key, id }) => {
        this.onCall('remove', key);
        this.stored = this.stored.filter((version) => version.id !== id);
        if (!this.stored.some((version) => version.key === key)) this.objects.delete(key);
      },
    };
  }

  json(key: string): unknown {
    return JSON.parse(this.objects.get(key)?.bytes.toString() ?? 'null');
  }

  /** Contents of the files below a prefix. */
  below(prefix: string): Record<string, string> {
    const found = [...this.objects].filter(([key]) => key.startsWith(prefix)).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(found.map(([key, { bytes }]) => [key, bytes.toString('base64')]));
  }

  private async send(command: object): Promise<object> {
    if (command instanceof ListObjectsV2Command) return this.list(command.input);
    if (command instanceof GetObjectCommand) return this.get(command.input);
    if (command instanceof HeadObjectCommand) return this.get(command.input);
    if (command instanceof PutObjectCommand) return this.write(command.input);
    throw new Error(`Expected a command that the bucket in memory knows, received ${command.constructor.name}`);
  }

  private list({ Prefix = '', StartAfter = '', ContinuationToken }: ListObjectsV2Command['input']): object {
    this.onCall('list', Prefix);
    const after = ContinuationToken ?? StartAfter;
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(Prefix) && key > after).toSorted();
    const page = keys.slice(0, this.pageSize);
    const Contents = page.map((Key) => {
      const { bytes, modified } = this.objects.get(Key) as MemoryObject;
      return { Key, LastModified: modified, Size: bytes.length };
    });
    return { Contents, ...(page.length < keys.length && { NextContinuationToken: page.at(-1) }) };
  }

  private get({ Key: key = '', VersionId }: GetObjectCommand['input']): object {
    this.onCall('get', key);
    const version = VersionId && this.stored.find(({ id }) => id === VersionId);
    const found = version ? { bytes: version.content, tag: version.etag } : this.objects.get(key);
    if (!found) throw new NoSuchKey({ message: key, $metadata: { httpStatusCode: 404 } });
    return { Body: { transformToByteArray: async () => found.bytes }, ETag: found.tag };
  }

  private write({ Key = '', Body, IfMatch, IfNoneMatch }: PutObjectCommand['input']): object {
    this.onCall('put', Key);
    const tag = this.objects.get(Key)?.tag;
    if ((IfMatch !== undefined && IfMatch !== tag) || (IfNoneMatch === '*' && tag !== undefined)) {
      const $metadata = { httpStatusCode: 412 };
      throw new S3ServiceException({ name: 'PreconditionFailed', message: Key, $fault: 'client', $metadata });
    }
    this.put(Key, Buffer.from(Body as Uint8Array));
    return {};
  }
}
