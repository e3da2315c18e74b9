import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { mutated } from './mutate.ts';
import { hostilePicture } from './pictures.ts';
import type { Random } from './random.ts';

/** A request to an endpoint that takes pictures. */
export interface HostileRequest {
  readonly kind: 'picture' | 'form' | 'json' | 'coded';
  /** With its question mark, or empty. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const KINDS = ['picture', 'form', 'json', 'coded'] as const;
const QUERIES = [
  '',
  '',
  '',
  '?confidence=2',
  '?iou=0.5&iou=0.6',
  '?%F0%9F=1',
  '?max_side=4096',
  `?${'a=1&'.repeat(200)}`,
];
const ACCEPTS = ['*/*', 'application/json', 'image/*', 'text/csv', ',;q=,', `${'a/b,'.repeat(500)}*/*`];

/** Makes the next request. @param valid pictures to mutate */
export function hostileRequest(valid: readonly Buffer[], random: Random): HostileRequest {
  const kind = random.one(KINDS);
  const { headers, body } = MAKERS[kind](valid, random);
  const accept = random.happens(0.8) ? '*/*' : random.one(ACCEPTS);
  return { kind, query: random.happens(0.9) ? '' : random.one(QUERIES), headers: { accept, ...headers }, body };
}

type Content = Pick<HostileRequest, 'headers' | 'body'>;
type Maker = (valid: readonly Buffer[], random: Random) => Content;

const MAKERS: Readonly<Record<(typeof KINDS)[number], Maker>> = {
  picture: (valid, random) => typed('image/jpeg', hostilePicture(valid, random)),
  form: hostileForm,
  json: hostileJson,
  coded: hostileCoding,
};

function typed(type: string, body: Buffer): Content {
  return { headers: { 'content-type': type }, body };
}

const BOUNDARIES = ['B', '----WebKitFormBoundary7MA4YWxkTrZu0gW', '-', ' x', 'b'.repeat(70), 'b'.repeat(71), '', '--'];
const DISPOSITIONS = ['form-data', 'attachment', 'file', 'FORM-DATA', '', 'form-data; name', 'form-data; =', ';;;'];
const NAMES = ['file', 'image', 'confidence', 'max_side', '', 'a"b', 'ü', '__proto__', 'x'.repeat(5000)];
const PART_TYPES = [
  'image/jpeg',
  'text/plain',
  'text/plain; charset=utf-16',
  'application/octet-stream',
  'nonsense',
  '',
];

function hostileForm(valid: readonly Buffer[], random: Random): Content {
  if (random.happens(0.3)) return orderlyForm(hostilePicture(valid, random));
  const boundary = random.happens(0.7) ? 'B' : random.one(BOUNDARIES);
  const end = random.happens(0.9) ? '\r\n' : random.one(['\n', '\r', '\r\n\r\n', '']);
  const count = random.happens(0.05) ? random.whole(60, 20_000) : random.size(70) + 1;
  const parts = Array.from({ length: count }, () => formPart(valid, random, { boundary, end, isSmall: count > 70 }));
  const closing = random.happens(0.8) ? `--${boundary}--${end}` : random.one(['', `--${boundary}`, `--${boundary}-`]);
  const body = Buffer.concat([...parts.flat(), Buffer.from(closing)]);
  const declared = random.happens(0.9) ? boundary : random.one(BOUNDARIES);
  const quoted = random.happens(0.5) ? `"${declared}"` : declared;
  return typed(`multipart/form-data; boundary=${quoted}`, random.happens(0.2) ? mutated(body, random) : body);
}

/** A form as clients send it, with a hostile picture. */
function orderlyForm(picture: Buffer): Content {
  const head = '--B\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n';
  const body = Buffer.concat([Buffer.from(head), picture, Buffer.from('\r\n--B--\r\n')]);
  return typed('multipart/form-data; boundary=B', body);
}

function formPart(
  valid: readonly Buffer[],
  random: Random,
  { boundary, end, isSmall }: { readonly boundary: string; readonly end: string; readonly isSmall: boolean },
): Buffer[] {
  const lines = [`--${boundary}`];
  if (random.happens(0.9)) {
    const fileName = random.happens(0.5) ? `; filename="${random.one(NAMES)}"` : '';
    const name = random.happens(0.5) ? 'file' : random.one(NAMES);
    lines.push(
      `Content-Disposition: ${random.happens(0.8) ? 'form-data' : random.one(DISPOSITIONS)}; name="${name}"${fileName}`,
    );
  }
  if (random.happens(0.5)) lines.push(`Content-Type: ${random.one(PART_TYPES)}`);
  if (random.happens(0.05)) lines.push(`${'X-Long: y'.repeat(random.size(10_000))}`);
  if (random.happens(0.05)) lines.push('Content-Transfer-Encoding: base64');
  const content = isSmall || random.happens(0.3) ? random.bytes(random.size(20)) : hostilePicture(valid, random);
  const head = lines.join(end) + (random.happens(0.95) ? end + end : '');
  return [Buffer.from(head, 'latin1'), content, Buffer.from(end)];
}

function hostileJson(valid: readonly Buffer[], random: Random): Content {
  const image = hostilePicture(valid, random).toString('base64');
  const prefix = random.one(['', '', 'data:image/jpeg;base64,', 'data:;base64,', 'data:image/png,', ' \t\n']);
  const options = Array.from({ length: random.size(50) }, () => `${key(random)}:${value(random)}`);
  const picture = random.happens(0.6) ? JSON.stringify(prefix + image) : value(random);
  const text = `{"image":${picture}${options.map((option) => `,${option}`).join('')}}`;
  const body = Buffer.from(text);
  return typed('application/json', random.happens(0.3) ? mutated(body, random) : body);
}

function key(random: Random): string {
  return JSON.stringify(random.one(['confidence', 'model', 'image', '__proto__', 'constructor', '', '\u0000', 'x']));
}

function value(random: Random): string {
  const depth = random.size(100_000) + 1;
  const [open, close] = random.one([
    ['[', ']'],
    ['{"a":', '}'],
    ['[[],', ']'],
  ] as const);
  return random.one([
    'null',
    '1e999',
    '-0',
    '"text"',
    `"${'x'.repeat(random.size(100_000))}"`,
    `[${'1,'.repeat(random.size(100_000))}1]`,
    `${open.repeat(depth)}1${close.repeat(random.happens(0.9) ? depth : depth - 1)}`,
  ]);
}

const CODINGS = [
  'gzip',
  'deflate',
  'br',
  'x-gzip',
  'identity',
  'zstd',
  'gzip, gzip',
  'gzip,br,deflate,gzip',
  ',',
  'gzip;',
];

function hostileCoding(valid: readonly Buffer[], random: Random): Content {
  const inner = random.one([MAKERS.picture, MAKERS.form, MAKERS.json])(valid, random);
  const content = random.happens(0.1) ? Buffer.alloc(random.whole(1, 40) * 1_000_000) : inner.body;
  const compress = random.one([gzipSync, deflateSync, brotli] as const);
  const body = compress(content);
  const matching = compress === gzipSync ? 'gzip' : compress === deflateSync ? 'deflate' : 'br';
  const coding = random.happens(0.6) ? matching : random.one(CODINGS);
  const headers = { ...inner.headers, 'content-encoding': coding };
  return { headers, body: random.happens(0.3) ? mutated(body, random) : body };
}

function brotli(bytes: Buffer): Buffer {
  return brotliCompressSync(bytes, { params: { 1: 1 } });
}
