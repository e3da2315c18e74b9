import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { setTimeout } from 'node:timers/promises';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { SignatureV4 } from '@smithy/signature-v4';

/** An object to put. */
export interface NewObject {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** SHA-256 of the bytes, hexadecimal, where it is known. Default: it is computed. */
  readonly sha256?: string | undefined;
}

type HttpRequest = Parameters<SignatureV4['presign']>[0];

/** The address of a bucket. */
interface Address {
  readonly protocol: string;
  readonly hostname: string;
  /** Without one, the default of the protocol. */
  readonly port?: number;
  /** Path of the bucket, with `/` at its end. */
  readonly path: string;
}

/**
 * The requests of every prediction to its bucket, made and signed without the middleware of the SDK, which takes 1 ms
 * of processor time for each. Address, credentials, region and clock are those of the client.
 */
export class SignedRequests {
  private readonly client: S3Client;
  private readonly bucket: string;
  private readonly signer: SignatureV4;
  private located: Promise<Address> | undefined;

  constructor(bucket: string, client: S3Client) {
    const { credentials, region, sha256 } = client.config;
    this.client = client;
    this.bucket = bucket;
    // Because signatures of S3 cover the path as sent, it is not encoded again.
    this.signer = new SignatureV4({ service: 's3', credentials, region, sha256, uriEscapePath: false });
  }

  /**
   * Puts an object by one request. S3 checks its SHA-256, and stores it as the object's checksum.
   * @returns whether S3 confirms that it is stored. Otherwise it may be stored or not, and the caller repeats the put
   * by the SDK, which knows each error
   */
  async put(object: NewObject): Promise<boolean> {
    // Because the SDK knows the error of missing credentials, too.
    const request = await this.signedPut(object).catch(() => undefined);
    if (request && (await isAccepted(request, object.bytes))) return true;
    await setTimeout(Math.random() * RETRY_MS);
    return false;
  }

  private async signedPut(object: NewObject): Promise<HttpRequest> {
    const { path, ...address } = await this.locate();
    const digest = digestOf(object);
    const headers = {
      host: hostOf(address),
      'content-type': object.contentType,
      'content-length': String(object.bytes.length),
      'user-agent': await this.userAgent(),
      'x-amz-checksum-sha256': digest.toString('base64'),
      'x-amz-content-sha256': digest.toString('hex'),
    };
    const request = { ...address, method: 'PUT', path: path + encoded(object.key), query: {}, headers };
    const signingDate = new Date(Date.now() + this.client.config.systemClockOffset);
    return this.signer.sign(request, { signingDate });
  }

  /** The presigned URL of a GET, as the SDK makes it. */
  async presignGet(
    key: string,
    { seconds, now, versionId }: { seconds: number; now: Date; versionId?: string | undefined },
  ): Promise<string> {
    const { path, ...address } = await this.locate();
    const headers = { host: hostOf(address), 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' };
    const version = versionId === undefined ? {} : { versionId };
    const query = { ...version, 'x-amz-checksum-mode': 'ENABLED', 'x-id': 'GetObject' };
    const request = { ...address, method: 'GET', path: path + encoded(key), query, headers };
    return urlOf(await this.signer.presign(request, { expiresIn: seconds, signingDate: now }));
  }

  /** So that S3's access log and the emulator recognise the function. */
  private async userAgent(): Promise<string> {
    const { userAgentAppId } = this.client.config;
    const id = await userAgentAppId();
    return id === undefined ? PRODUCT : `${PRODUCT} app/${id}`;
  }

  private locate(): Promise<Address> {
    this.located ??= this.resolveAddress().catch((error: unknown) => {
      // Because it needs credentials, which can come later.
      this.located = undefined;
      throw error;
    });
    return this.located;
  }

  /** From a presigned URL, because no other public function of the SDK resolves the address of a bucket. */
  private async resolveAddress(): Promise<Address> {
    const command = new GetObjectCommand({ Bucket: this.bucket, Key: 'key' });
    const { protocol, hostname, port, pathname } = new URL(await getSignedUrl(this.client, command));
    const path = pathname.slice(0, -'key'.length);
    return { protocol, hostname, path, ...(port !== '' && { port: Number(port) }) };
  }
}

/** Longest wait before the SDK's attempt, milliseconds: as before its own second one. */
const RETRY_MS = 100;

const PRODUCT = 'ml-deployment';

function digestOf({ bytes, sha256 }: NewObject): Buffer {
  return sha256 === undefined ? createHash('sha256').update(bytes).digest() : Buffer.from(sha256, 'hex');
}

function hostOf({ hostname, port }: Pick<Address, 'hostname' | 'port'>): string {
  return port === undefined ? hostname : `${hostname}:${port}`;
}

function urlOf({ protocol, path, query = {}, ...address }: HttpRequest): string {
  const parameters = Object.entries(query).map(([name, value]) => `${escaped(name)}=${escaped(String(value))}`);
  return `${protocol}//${hostOf(address)}${path}?${parameters.sort().join('&')}`;
}

/** As the SDK encodes keys. */
function encoded(key: string): string {
  return key.split('/').map(escaped).join('/');
}

/** @see https://www.rfc-editor.org/rfc/rfc3986#section-2.2 */
function escaped(text: string): string {
  const toHex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, toHex);
}

/** Connections stay open, also while Lambda freezes the process: a closed one fails the put, which the SDK repeats. */
const AGENTS = {
  'http:': new http.Agent({ keepAlive: true }),
  'https:': new https.Agent({ keepAlive: true }),
} as const;

/** Sends a request, and reads the answer to its end, so that its connection serves the next one. */
function isAccepted({ protocol, hostname, path, ...rest }: HttpRequest, bytes: Uint8Array): Promise<boolean> {
  const isPlain = protocol === 'http:';
  const agent = isPlain ? AGENTS['http:'] : AGENTS['https:'];
  return new Promise((resolve) => {
    const request = (isPlain ? http : https).request({ ...rest, host: hostname, path, agent });
    request.on('error', () => resolve(false));
    request.on('response', (response) => {
      response.on('error', () => resolve(false));
      response.on('end', () => resolve(response.statusCode === 200));
      response.resume();
    });
    // Both together, so that the headers and a small body are one packet.
    request.end(bytes);
  });
}
