import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { MalformedBodyError, outlined, PayloadTooLargeError, shown, UnsupportedBodyError } from '../api/errors.ts';
import { MAX_BODY_BYTES } from '../api/options.ts';
import { decodeBase64 } from './base64.ts';
import { withoutCodings } from './content-coding.ts';
import { parseJsonObject } from './json-object.ts';
import { readMultipart } from './multipart.ts';

/** The picture in a request's body, and its options as text, each with all its values. */
export interface Body {
  readonly picture: Uint8Array;
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

/**
 * The picture and the form fields of a request, from `multipart/form-data` (field `file`), from raw bytes with an
 * `image/*` type, or from JSON `{"image": "<base64>", …options}`.
 * @throws MalformedBodyError, UnsupportedBodyError, UnsupportedCodingError, PayloadTooLargeError
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

/**
 * The body's bytes without their content codings; none where there is no body.
 * @throws UnsupportedCodingError, MalformedBodyError, PayloadTooLargeError
 */
export function rawBody(event: APIGatewayProxyEventV2): Buffer {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  return withoutCodings(bytes, header(event, 'content-encoding'));
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

function readJson(bytes: Buffer): Body {
  const value = parseJsonObject(bytes);
  const { image, ...options } = value;
  if (typeof image !== 'string') {
    throw new MalformedBodyError([
      { field: 'image', expected: 'base64 text', received: image === undefined ? 'none' : shown(image) },
    ]);
  }
  const fields = new Map(Object.entries(options).map(([name, option]) => [name, [optionText(option)]]));
  return { picture: decodeBase64('image', image), fields };
}

/** Numbers and texts are options; anything else keeps the outline of its JSON form, which no option accepts. */
function optionText(option: unknown): string {
  return typeof option === 'string' ? option : outlined(option);
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
