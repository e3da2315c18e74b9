import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

/** There is no such object (any more). */
export class ObjectNotFoundError extends Error {
  override readonly name = 'ObjectNotFoundError';
  constructor(key: string, options?: ErrorOptions) {
    super(`Expected an object at ${key}, received none`, options);
  }
}

/** The store did not answer, or answered with a fault of its own: worth a retry. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  constructor(action: string, key: string, options?: ErrorOptions) {
    super(`Expected S3 to ${action} ${key}, received ${describe(options?.cause)}`, options);
  }
}

/** An object's bytes with what was said about them when they were put. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  /** User metadata, names in lower case without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** An address that opens one object for a while without credentials. */
export interface PresignedUrl {
  readonly url: string;
  /** ISO 8601, UTC. */
  readonly expires_at: string;
}

/** What a presigned POST lets its holder do: put one object with exactly this key and type, up to so many bytes. */
export interface PostTicket {
  readonly key: string;
  readonly contentType: string;
  readonly maxBytes: number;
  readonly seconds: number;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The one bucket of a deployment. Every fault is an `ObjectNotFoundError` or a `StoreUnavailableError`. */
export class Objects {
  private readonly client: S3Client;
  readonly bucket: string;

  constructor(bucket: string, client: S3Client = new S3Client({})) {
    this.bucket = bucket;
    this.client = client;
  }

  /** @throws ObjectNotFoundError, StoreUnavailableError */
  async get(key: string, versionId?: string): Promise<StoredObject> {
    const answer = await this.ask('read', key, () =>
      this.client.send(
        new GetObjectCommand({ Bucket: this.bucket, Key: key, ...(versionId && { VersionId: versionId }) }),
      ),
    );
    const bytes = await this.ask('read', key, async () => answer.Body?.transformToByteArray() ?? new Uint8Array());
    return { bytes, contentType: answer.ContentType, metadata: answer.Metadata ?? {} };
  }

  /** @throws ObjectNotFoundError, StoreUnavailableError; SyntaxError when the object is not JSON */
  async getJson(key: string): Promise<unknown> {
    return JSON.parse(new TextDecoder().decode((await this.get(key)).bytes));
  }

  /**
   * JSON of an object that may be absent.
   * @returns undefined where there is no such object
   * @throws StoreUnavailableError; SyntaxError when the object is not JSON
   */
  async findJson(key: string): Promise<unknown> {
    try {
      return await this.getJson(key);
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return undefined;
      throw error;
    }
  }

  /** @throws StoreUnavailableError */
  async put(
    key: string,
    bytes: Uint8Array,
    contentType: string,
    metadata: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    await this.ask('write', key, () =>
      this.client.send(
        new PutObjectCommand({
          Bucket: this.bucket,
          Key: key,
          Body: bytes,
          ContentType: contentType,
          Metadata: { ...metadata },
        }),
      ),
    );
  }

  /** @throws StoreUnavailableError */
  async putJson(key: string, value: unknown): Promise<void> {
    await this.put(key, new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`), 'application/json');
  }

  /** @throws StoreUnavailableError */
  async exists(key: string): Promise<boolean> {
    try {
      await this.ask('look at', key, () => this.client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key })));
      return true;
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return false;
      throw error;
    }
  }

  /**
   * Keys below `prefix` in alphabetical order.
   * @param after only keys behind this one, itself excluded; default: from the first
   * @param most how many keys at most; they are asked for by the thousand
   * @throws StoreUnavailableError
   */
  async list(prefix: string, { after, most }: { after?: string; most: number }): Promise<string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.ask('list', prefix, () =>
        this.client.send(
          new ListObjectsV2Command({
            Bucket: this.bucket,
            Prefix: prefix,
            MaxKeys: Math.min(1000, most - keys.length),
            ...(token ? { ContinuationToken: token } : after && { StartAfter: after }),
          }),
        ),
      );
      keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
      token = page.NextContinuationToken;
    } while (token && keys.length < most);
    return keys;
  }

  /** A GET address of `key` that works for `seconds`, or until the signing credentials end, whichever comes first. */
  async presignGet(key: string, seconds: number, now: Date): Promise<PresignedUrl> {
    const command = new GetObjectCommand({ Bucket: this.bucket, Key: key });
    const url = await getSignedUrl(this.client, command, { expiresIn: seconds, signingDate: now });
    return { url, expires_at: new Date(now.getTime() + seconds * 1000).toISOString() };
  }

  /** Address and form fields that let a browser or curl put one object, see `PostTicket`. */
  async presignPost(ticket: PostTicket): Promise<{ url: string; fields: Record<string, string> }> {
    const metadata = Object.fromEntries(Object.entries(ticket.metadata).map(([k, v]) => [`x-amz-meta-${k}`, v]));
    return createPresignedPost(this.client, {
      Bucket: this.bucket,
      Key: ticket.key,
      Expires: ticket.seconds,
      Fields: { 'Content-Type': ticket.contentType, ...metadata },
      // The fields are conditions too: the SDK adds each to the policy, to be met exactly.
      Conditions: [['content-length-range', 1, ticket.maxBytes]],
    });
  }

  private async ask<T>(action: string, key: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (cause) {
      throw isMissing(cause)
        ? new ObjectNotFoundError(key, { cause })
        : new StoreUnavailableError(action, key, { cause });
    }
  }
}

/** A HEAD has no body to name the cause in, so only the status tells; a deleted version is a `NoSuchVersion`. */
function isMissing(cause: unknown): boolean {
  if (cause instanceof NoSuchKey || cause instanceof NotFound) return true;
  return cause instanceof S3ServiceException && ['NoSuchKey', 'NotFound', 'NoSuchVersion'].includes(cause.name);
}

function describe(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}
