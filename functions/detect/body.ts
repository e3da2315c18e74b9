import { Busboy } from '@fastify/busboy';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import {
  type InvalidField,
  MalformedBodyError,
  PayloadTooLargeError,
  shown,
  UnsupportedBodyError,
} from '../api/errors.ts';
import { MAX_BODY_BYTES } from '../api/options.ts';

/** The multipart field, and the only one, that holds the picture. The name is the course lab's. */
const FILE_FIELD = 'file';

/** The picture in a request's body, and its options as text, each with all its values. */
export interface Body {
  readonly picture: Uint8Array;
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

/**
 * The picture and the form fields of a request, from `multipart/form-data` (field `file`), from raw bytes with an
 * `image/*` type, or from JSON `{"image": "<base64>", …options}`.
 * @throws MalformedBodyError, UnsupportedBodyError, PayloadTooLargeError
 */
export async function readBody(event: APIGatewayProxyEventV2): Promise<Body> {
  const type = header(event, 'content-type') ?? '';
  const bytes = rawBody(event);
  const [essence = ''] = type.toLowerCase().split(';');
  const body = await parse(essence.trim(), type, bytes);
  if (body.picture.length === 0)
    throw new MalformedBodyError([{ field: 'picture', expected: 'a picture', received: 'no bytes' }]);
  if (body.picture.length > MAX_BODY_BYTES) throw tooLarge(body.picture.length, event);
  return body;
}

/** A header's value. @param name in lower case, as payload format 2.0 has it */
export function header(event: APIGatewayProxyEventV2, name: string): string | undefined {
  return event.headers[name];
}

/** The body's bytes; none where there is no body. */
export function rawBody(event: APIGatewayProxyEventV2): Buffer {
  return Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
}

async function parse(essence: string, contentType: string, bytes: Buffer): Promise<Body> {
  if (essence === 'multipart/form-data') return readMultipart(contentType, bytes);
  if (essence === 'application/json') return readJson(bytes);
  if (essence.startsWith('image/') || essence === 'application/octet-stream')
    return { picture: bytes, fields: new Map() };
  throw new UnsupportedBodyError([
    {
      field: 'Content-Type',
      expected: 'multipart/form-data, image/* or application/json',
      received: essence === '' ? 'none' : shown(essence),
    },
  ]);
}

function readMultipart(contentType: string, bytes: Buffer): Promise<Body> {
  return new Promise((resolve, reject) => {
    const files: { field: string; bytes: Buffer }[] = [];
    const fields = new Map<string, string[]>();
    const malformed = (cause: unknown) => reject(brokenMultipart(cause));
    const parser = openParser(contentType, malformed);
    parser?.on('file', (field, stream) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', malformed);
      stream.on('end', () => files.push({ field, bytes: Buffer.concat(chunks) }));
    });
    parser?.on('field', (field, value) => fields.set(field, [...(fields.get(field) ?? []), value]));
    parser?.on('error', malformed);
    parser?.on('finish', () => {
      try {
        resolve({ picture: onlyFile(files, fields), fields });
      } catch (error) {
        reject(error);
      }
    });
    parser?.end(bytes);
  });
}

/** Busboy throws a bad content type from its constructor, and emits every other error. */
function openParser(contentType: string, malformed: (cause: unknown) => void) {
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits: { files: 4, fields: 32, fieldSize: 1024 } });
  } catch (cause) {
    malformed(cause);
    return undefined;
  }
}

function onlyFile(files: readonly { field: string; bytes: Buffer }[], fields: ReadonlyMap<string, unknown>): Buffer {
  const [first, second] = files.filter(({ field }) => field === FILE_FIELD);
  const other = files.find(({ field }) => field !== FILE_FIELD);
  if (first && !second && !other) return first.bytes;
  const received = other
    ? `a file in field ${shown(other.field)}`
    : second
      ? `${files.length} files`
      : fields.has(FILE_FIELD)
        ? 'a text field of that name'
        : 'none';
  throw new MalformedBodyError([{ field: FILE_FIELD, expected: 'exactly one file', received }]);
}

function brokenMultipart(cause: unknown): MalformedBodyError {
  const received = cause instanceof Error ? cause.message.toLowerCase() : 'another format';
  const expected = 'parts separated by the boundary in Content-Type';
  return new MalformedBodyError([{ field: 'body', expected, received }], { cause });
}

function readJson(bytes: Buffer): Body {
  const value = parseJsonObject(bytes);
  const { image, ...options } = value;
  if (typeof image !== 'string') {
    throw new MalformedBodyError([
      { field: 'image', expected: 'base64 text', received: image === undefined ? 'none' : shown(image) },
    ]);
  }
  const fields = new Map(Object.entries(options).map(([name, option]) => [name, [optionText(option)]]));
  return { picture: decodeBase64(image), fields };
}

/** Numbers and texts are options; anything else keeps its JSON form, which no option accepts. */
function optionText(option: unknown): string {
  return typeof option === 'string' ? option : JSON.stringify(option);
}

/**
 * The body of a JSON request.
 * @throws MalformedBodyError when it is not a JSON object.
 */
export function parseJsonObject(bytes: Uint8Array): Record<string, unknown> {
  const text = new TextDecoder().decode(bytes);
  const received = text === '' ? 'no bytes' : shown(text);
  const invalid: InvalidField = { field: 'body', expected: 'a JSON object', received };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new MalformedBodyError([invalid], { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new MalformedBodyError([invalid]);
  return value as Record<string, unknown>;
}

/** Checked here, because Node skips characters that are not base64. Accepts `data:` URLs, which browsers make. */
function decodeBase64(text: string): Buffer {
  const base64 = text.replace(/^data:[a-z]+\/[a-z0-9.+-]+;base64,/i, '').replace(/[\r\n]/g, '');
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) {
    throw new MalformedBodyError([
      { field: 'image', expected: 'base64 (RFC 4648, with padding)', received: shown(text) },
    ]);
  }
  return Buffer.from(base64, 'base64');
}

function tooLarge(bytes: number, event: APIGatewayProxyEventV2): PayloadTooLargeError {
  const uploads = `${event.rawPath.replace(/^\/candidate/, '').replace(/\/$/, '')}/uploads`;
  return new PayloadTooLargeError([
    {
      field: 'picture',
      expected: `at most ${MAX_BODY_BYTES} bytes (for larger pictures use POST ${uploads})`,
      received: `${bytes} bytes`,
    },
  ]);
}
