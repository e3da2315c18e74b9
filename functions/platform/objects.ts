import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import {
  isChanged,
  isMissing,
  ObjectChangedError,
  ObjectNotFoundError,
  StoreUnavailableError,
} from './object-errors.ts';
import type { PostTicket, PresignedUrl } from './presigned.ts';
import type { SignedRequests } from './signed-requests.ts';

export { ObjectChangedError, ObjectNotFoundError, StoreUnavailableError } from './object-errors.ts';
export type { PostTicket, PresignedUrl } from './presigned.ts';

/** JSON of an object as read. The next write requires the same `tag`. */
export interface TaggedJson {
  readonly value: unknown;
  /** The entity tag. */
  readonly tag: string;
}

/** Key and entity tag of an object. */
export interface TaggedKey {
  readonly key: string;
  readonly tag: string;
}

/** An object's bytes, content type and user metadata. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  /** User metadata; names in lower case without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The entity tag. */
  readonly tag: string;
  /** When it was put. */
  readonly modified?: Date;
}

/** The bucket of a deployment. Every error of S3 becomes an `ObjectNotFoundError` or a `StoreUnavailableError`. */
export class Objects {
  private readonly client: S3Client;
  private readonly direct: SignedRequests | undefined;
  readonly bucket: string;

  /** @param direct presigns, and makes the first attempt of every put. Default: the SDK does */
  constructor(bucket: string, client: S3Client = new S3Client({}), direct?: SignedRequests) {
    this.bucket = bucket;
    this.client = client;
    this.direct = direct;
  }

  /** Another bucket, by the same client. */
  inBucket(bucket: string): Objects {
    return bucket === this.bucket ? this : new Objects(bucket, this.client);
  }

  /** @throws ObjectNotFoundError, StoreUnavailableError */
  async get(key: string, versionId?: string): Promise<StoredObject> {
    const answer = await this.send('read', key, () =>
      this.client.send(new GetObjectCommand(this.object(key, versionId))),
    );
    const bytes = await this.send('read', key, async () => answer.Body?.transformToByteArray() ?? new Uint8Array());
    const { ContentType: contentType, Metadata: metadata = {}, ETag: tag = '', LastModified: modified } = answer;
    return { bytes, contentType, metadata, tag, ...(modified && { modified }) };
  }

  /** @throws ObjectNotFoundError, StoreUnavailableError; SyntaxError when the object is not JSON */
  async getJson(key: string): Promise<unknown> {
    return (await this.getTagged(key)).value;
  }

  private async getTagged(key: string): Promise<TaggedJson> {
    const { bytes, tag } = await this.get(key);
    return { value: JSON.parse(new TextDecoder().decode(bytes)), tag };
  }

  /**
   * JSON of an object that may be absent.
   * @returns undefined where there is no such object
   * @throws StoreUnavailableError; SyntaxError when the object is not JSON
   */
  async findJson(key: string): Promise<unknown> {
    return (await this.findTagged(key))?.value;
  }

  /** Does the same, with the tag for `replaceJson`. */
  async findTagged(key: string): Promise<TaggedJson | undefined> {
    return this.getTagged(key).catch(missingIsUndefined);
  }

  /** @param sha256 of the bytes, hexadecimal, where it is known. @throws StoreUnavailableError */
  async put(key: string, bytes: Uint8Array, contentType: string, sha256?: string): Promise<void> {
    if (await this.direct?.put({ key, bytes, contentType, sha256 })) return;
    await this.write({ Key: key, Body: bytes, ContentType: contentType });
  }

  /** Puts an object where there is none. @throws ObjectChangedError where there is one, StoreUnavailableError */
  async create(
    key: string,
    bytes: Uint8Array,
    contentType: string,
    metadata: Readonly<Record<string, string>>,
  ): Promise<void> {
    const object = { Key: key, Body: bytes, ContentType: contentType, Metadata: { ...metadata }, IfNoneMatch: '*' };
    await this.writeUnchanged(object);
  }

  /** @throws StoreUnavailableError */
  async putJson(key: string, value: unknown): Promise<void> {
    const { Body, ContentType } = jsonObject(key, value);
    await this.put(key, Body, ContentType);
  }

  /**
   * Writes JSON unless the object was changed since it was read: of two writers who read the same, one fails.
   * @param tag of the object as read; undefined: there was none
   * @throws ObjectChangedError, StoreUnavailableError
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
   */
  async replaceJson(key: string, value: unknown, tag: string | undefined): Promise<void> {
    const { Body, ContentType } = jsonObject(key, value);
    await this.replace(key, Body, ContentType, tag);
  }

  /** Does the same with bytes. */
  async replace(key: string, bytes: Uint8Array, contentType: string, tag: string | undefined): Promise<void> {
    const condition = tag === undefined ? { IfNoneMatch: '*' } : { IfMatch: tag };
    await this.writeUnchanged({ Key: key, Body: bytes, ContentType: contentType, ...condition });
  }

  private async writeUnchanged(
    object: Omit<PutObjectCommandInput, 'Bucket'> & { readonly Key: string },
  ): Promise<void> {
    try {
      await this.write(object);
    } catch (error) {
      throw isChanged(error) ? new ObjectChangedError(object.Key, { cause: error }) : error;
    }
  }

  private async write(object: Omit<PutObjectCommandInput, 'Bucket'> & { readonly Key: string }): Promise<void> {
    const command = new PutObjectCommand({ ...object, Bucket: this.bucket });
    await this.send('write', object.Key, () => this.client.send(command));
  }

  /** @throws StoreUnavailableError */
  async exists(key: string, versionId?: string): Promise<boolean> {
    return (await this.findMetadata(key, versionId)) !== undefined;
  }

  /** User metadata of an object that may be absent. @throws StoreUnavailableError */
  async findMetadata(key: string, versionId?: string): Promise<Readonly<Record<string, string>> | undefined> {
    const call = () => this.client.send(new HeadObjectCommand(this.object(key, versionId)));
    return this.send('head', key, call).then(({ Metadata = {} }) => Metadata, missingIsUndefined);
  }

  /**
   * Keys below `prefix` in alphabetical order.
   * @param after only keys after this one; default: from the first
   * @param most largest number of keys; S3 returns up to a thousand per request
   * @throws StoreUnavailableError
   */
  async list(prefix: string, range: { after?: string; most: number }): Promise<string[]> {
    return (await this.listTagged(prefix, range)).map(({ key }) => key);
  }

  /** Does the same, with the entity tags. */
  async listTagged(prefix: string, { after, most }: { after?: string; most: number }): Promise<TaggedKey[]> {
    const keys: TaggedKey[] = [];
    let token: string | undefined;
    do {
      const page = await this.send('list', prefix, () =>
        this.client.send(
          new ListObjectsV2Command({
            Bucket: this.bucket,
            Prefix: prefix,
            MaxKeys: Math.min(1000, most - keys.length),
            ...(token ? { ContinuationToken: token } : after && { StartAfter: after }),
          }),
        ),
      );
      keys.push(...(page.Contents ?? []).map(({ Key: key = '', ETag: tag = '' }) => ({ key, tag })));
      token = page.NextContinuationToken;
    } while (token && keys.length < most);
    return keys;
  }

  /** A presigned GET URL that expires after `seconds`, or earlier with the signing credentials. */
  async presignGet(key: string, seconds: number, now: Date, versionId?: string): Promise<PresignedUrl> {
    const command = new GetObjectCommand(this.object(key, versionId));
    const options = { expiresIn: seconds, signingDate: now };
    const direct = this.direct?.presignGet(key, { seconds, now, versionId });
    const url = await (direct ?? getSignedUrl(this.client, command, options));
    return { url, expires_at: new Date(now.getTime() + seconds * 1000).toISOString() };
  }

  /** URL and form fields with which a browser or curl puts one object; see `PostTicket`. */
  async presignPost(ticket: PostTicket): Promise<{ url: string; fields: Record<string, string> }> {
    const metadata = Object.fromEntries(Object.entries(ticket.metadata).map(([k, v]) => [`x-amz-meta-${k}`, v]));
    return createPresignedPost(this.client, {
      Bucket: this.bucket,
      Key: ticket.key,
      Expires: ticket.seconds,
      Fields: { 'Content-Type': ticket.contentType, ...metadata },
      // The SDK adds each field to the policy as an exact condition.
      Conditions: [['content-length-range', 1, ticket.maxBytes]],
    });
  }

  private object(Key: string, versionId: string | undefined) {
    return { Bucket: this.bucket, Key, ...(versionId && { VersionId: versionId }) };
  }

  private async send<T>(action: string, key: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (cause) {
      throw isMissing(cause)
        ? new ObjectNotFoundError(key, { cause })
        : new StoreUnavailableError(action, key, { cause });
    }
  }
}

function jsonObject(Key: string, value: unknown) {
  const Body = new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
  return { Key, Body, ContentType: 'application/json' };
}

function missingIsUndefined(error: unknown): undefined {
  if (!(error instanceof ObjectNotFoundError)) throw error;
}
