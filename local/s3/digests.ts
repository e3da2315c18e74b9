/**
 * Checksums of a request, which S3 compares with the content: `Content-MD5` and `x-amz-checksum-…`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../protocol/aws-error.ts';

interface Digest {
  readonly header: string;
  /** As S3's messages name it. */
  readonly name: string;
  readonly bytes: number;
  readonly of: (content: Buffer) => Buffer;
}

const DIGESTS: readonly Digest[] = [
  { header: 'content-md5', name: 'Content-MD5', bytes: 16, of: (content) => hash('md5', content) },
  { header: 'x-amz-checksum-crc32', name: 'CRC32', bytes: 4, of: (content) => uint32(crc32(content)) },
  { header: 'x-amz-checksum-crc32c', name: 'CRC32C', bytes: 4, of: (content) => uint32(crc32c(content)) },
  { header: 'x-amz-checksum-sha1', name: 'SHA1', bytes: 20, of: (content) => hash('sha1', content) },
  { header: 'x-amz-checksum-sha256', name: 'SHA256', bytes: 32, of: (content) => hash('sha256', content) },
];

/**
 * @param headers names in lower case
 * @throws AwsError InvalidDigest, InvalidRequest for a digest that is none; BadDigest for that of another content
 */
export function checkDigests(headers: Readonly<Record<string, string>>, content: Buffer): void {
  for (const { header, name, bytes, of } of DIGESTS) {
    const given = headers[header];
    if (given === undefined) continue;
    if (Buffer.from(given, 'base64').length !== bytes || given.length !== Math.ceil(bytes / 3) * 4)
      throw noDigest(header);
    const computed = of(content).toString('base64');
    if (computed !== given) throw wrongDigest(header, name, { given, computed });
  }
}

function noDigest(header: string): AwsError {
  return header === 'content-md5'
    ? new AwsError('InvalidDigest', 400, 'The Content-MD5 you specified was invalid.')
    : new AwsError('InvalidRequest', 400, `Value for ${header} header is invalid.`);
}

function wrongDigest(header: string, name: string, { given, computed }: { given: string; computed: string }): AwsError {
  return header === 'content-md5'
    ? new AwsError('BadDigest', 400, 'The Content-MD5 you specified did not match what we received.', {
        ExpectedDigest: given,
        CalculatedDigest: computed,
      })
    : new AwsError('BadDigest', 400, `The ${name} you specified did not match the calculated checksum.`);
}

function hash(algorithm: string, content: Buffer): Buffer {
  return createHash(algorithm).update(content).digest();
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** Castagnoli's polynomial, reversed. */
const CRC32C = 0x82f63b78;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) =>
  Array.from({ length: 8 }).reduce<number>((crc) => (crc % 2 === 0 ? crc >>> 1 : (crc >>> 1) ^ CRC32C) >>> 0, byte),
);

function crc32c(content: Buffer): number {
  return (
    (content.reduce((crc, byte) => ((TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8)) >>> 0, 0xffffffff) ^
      0xffffffff) >>>
    0
  );
}
