/**
 * Checksums of a request, which S3 compares with the content: `Content-MD5` and one of `x-amz-checksum-…`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';
import { Xxh3_64, Xxh3_128, Xxh64 } from '@aws-sdk/checksums/xxh';
import { AwsError } from '../protocol/aws-error.ts';
import { sha256Of } from '../protocol/sha256.ts';

interface Digest {
  readonly bytes: number;
  readonly of: (content: Buffer) => Uint8Array | Promise<Uint8Array>;
}

/** By the name in S3's messages, in lower case the end of the header `x-amz-checksum-…`. */
const DIGESTS: Readonly<Record<string, Digest>> = {
  CRC32: { bytes: 4, of: (content) => uint32(crc32(content)) },
  CRC32C: { bytes: 4, of: (content) => updated(new Crc32c(), content) },
  CRC64NVME: { bytes: 8, of: (content) => updated(new Crc64Nvme(), content) },
  MD5: { bytes: 16, of: (content) => hash('md5', content) },
  SHA1: { bytes: 20, of: (content) => hash('sha1', content) },
  SHA256: { bytes: 32, of: sha256Of },
  SHA512: { bytes: 64, of: (content) => hash('sha512', content) },
  XXHASH64: { bytes: 8, of: (content) => updated(new Xxh64(), content) },
  XXHASH3: { bytes: 8, of: (content) => updated(new Xxh3_64(), content) },
  XXHASH128: { bytes: 16, of: (content) => updated(new Xxh3_128(), content) },
};

const PREFIX = 'x-amz-checksum-';
/** Headers that begin as those of checksums. */
const SETTINGS: readonly string[] = ['algorithm', 'mode', 'type'].map((name) => PREFIX + name);

/** Whether a header is that of a checksum, supported or not. @param name in lower case */
export function isChecksum(name: string): boolean {
  return name.startsWith(PREFIX) && !SETTINGS.includes(name);
}

/**
 * @param headers names in lower case
 * @throws AwsError InvalidDigest, InvalidRequest for a digest that is none; BadDigest for that of another content
 */
export async function checkDigests(headers: Readonly<Record<string, string>>, content: Buffer): Promise<void> {
  const md5 = headers['content-md5'];
  if (md5 !== undefined) checkMd5(md5, content);
  const [name, ...others] = Object.keys(headers).filter(isChecksum);
  if (others.length > 0)
    throw invalid('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  if (name !== undefined) await checkDigest(name, headers[name] ?? '', content);
  else if (headers['x-amz-sdk-checksum-algorithm'])
    throw invalid(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were ' +
        'found.',
    );
}

function checkMd5(given: string, content: Buffer): void {
  if (!isDigest(given, 16)) throw new AwsError('InvalidDigest', 400, 'The Content-MD5 you specified was invalid.');
  const computed = hash('md5', content).toString('base64');
  if (computed === given) return;
  throw new AwsError('BadDigest', 400, 'The Content-MD5 you specified did not match what we received.', {
    ExpectedDigest: given,
    CalculatedDigest: computed,
  });
}

async function checkDigest(header: string, given: string, content: Buffer): Promise<void> {
  const name = header.slice(PREFIX.length).toUpperCase();
  const digest = Object.hasOwn(DIGESTS, name) ? DIGESTS[name] : undefined;
  if (!digest) throw invalid('The algorithm type you specified in x-amz-checksum- header is invalid.');
  if (!isDigest(given, digest.bytes)) throw invalid(`Value for ${header} header is invalid.`);
  const computed = Buffer.from(await digest.of(content)).toString('base64');
  if (computed === given) return;
  throw new AwsError('BadDigest', 400, `The ${name} you specified did not match the calculated checksum.`);
}

function isDigest(text: string, bytes: number): boolean {
  return Buffer.from(text, 'base64').length === bytes && text.length === Math.ceil(bytes / 3) * 4;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidRequest', 400, message);
}

function hash(algorithm: string, content: Buffer): Buffer {
  return createHash(algorithm).update(content).digest();
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

interface Checksum {
  update(data: Uint8Array): void;
  digest(): Promise<Uint8Array>;
}

function updated(checksum: Checksum, content: Buffer): Promise<Uint8Array> {
  checksum.update(content);
  return checksum.digest();
}
