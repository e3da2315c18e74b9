import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { MalformedBodyError, PayloadTooLargeError, shown, UnsupportedCodingError } from '../api/errors.ts';
import { CONTENT_CODINGS } from '../api/options.ts';

/** Most bytes of a decoded body. JSON without a coding may have as many: Lambda's limit of an event. */
const MAX_DECODED_BYTES = 6 * 1024 * 1024;

/** Most codings of one body. Clients use one, proxies add one. */
const MAX_CODINGS = 3;

type Coding = (typeof CONTENT_CODINGS)[number];

const LIMIT = { maxOutputLength: MAX_DECODED_BYTES };

const DECODERS: Readonly<Record<Coding, (bytes: Buffer) => Buffer>> = {
  gzip: (bytes) => gunzipSync(bytes, LIMIT),
  // Some clients leave out the zlib header, whose low four bits are 8 (RFC 9110, section 8.4.1.2).
  deflate: (bytes) => ((bytes[0] ?? 0) % 16 === 8 ? inflateSync(bytes, LIMIT) : inflateRawSync(bytes, LIMIT)),
  br: (bytes) => brotliDecompressSync(bytes, LIMIT),
};

/**
 * The body without its content codings, the last one removed first.
 * @param header `Content-Encoding`
 * @throws UnsupportedCodingError, MalformedBodyError for data that is not in its coding, PayloadTooLargeError
 */
export function withoutCodings(bytes: Buffer, header: string | undefined): Buffer {
  const codings = codingsOf(header ?? '');
  return bytes.length === 0 ? bytes : codings.reduceRight<Buffer>(decode, bytes);
}

function codingsOf(header: string): Coding[] {
  const names = header.toLowerCase().split(',');
  const codings = names.map((name) => name.trim().replace(/^x-gzip$/, 'gzip'));
  const named = codings.filter((name) => name !== '' && name !== 'identity');
  if (named.length <= MAX_CODINGS && named.every(isKnown)) return named;
  const expected = `${CONTENT_CODINGS.join(', ')} (at most ${MAX_CODINGS} of them)`;
  throw new UnsupportedCodingError([{ field: 'Content-Encoding', expected, received: shown(header) }]);
}

function isKnown(name: string): name is Coding {
  return (CONTENT_CODINGS as readonly string[]).includes(name);
}

function decode(bytes: Buffer, coding: Coding): Buffer {
  try {
    return DECODERS[coding](bytes);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      const expected = `at most ${MAX_DECODED_BYTES} bytes without Content-Encoding ${coding}`;
      throw new PayloadTooLargeError([{ field: 'body', expected, received: 'more' }], { cause });
    }
    const expected = `data in the coding of Content-Encoding, ${coding}`;
    throw new MalformedBodyError([{ field: 'body', expected, received: 'data that cannot be decoded' }], { cause });
  }
}
