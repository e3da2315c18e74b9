import { isUtf8 } from 'node:buffer';
import { Busboy } from '@fastify/busboy';
import { MalformedBodyError, shown } from '../api/errors.ts';

/** The multipart field, and the only one, that holds the picture. The name is the course lab's. */
const FILE_FIELD = 'file';

/** Most parts of a form: the file and every option, with room. Because 450,000 empty parts take 20 s to parse. */
const MAX_PARTS = 64;

/** Longest value of a field. */
const MAX_FIELD_BYTES = 1024;

/** Longest boundary (RFC 2046). */
const MAX_BOUNDARY = 70;

/** Most turns of the event loop that a parse takes. Because all bytes are in memory, a longer one waits for ever. */
const MAX_TURNS = 100;

/** Most bytes of a part's headers that are searched for why the part was skipped. */
const MAX_HEADERS = 8192;

/** The picture of a form and its other fields, each with all its values. */
export interface Form {
  readonly picture: Buffer;
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

interface FilePart {
  readonly name: string | undefined;
  readonly fileName: string | undefined;
  readonly type: string;
  /** `Content-Transfer-Encoding` in lower case. */
  readonly encoding: string;
  readonly bytes: Buffer;
}

interface Parts {
  readonly files: readonly FilePart[];
  /** Names of the fields that are longer than any option. */
  readonly cut: readonly string[];
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads a `multipart/form-data` body. A part named `file` is the picture, with a file name or without one.
 * @throws MalformedBodyError that names the part that is wrong
 */
export async function readMultipart(contentType: string, bytes: Buffer): Promise<Form> {
  const boundary = boundaryOf(contentType);
  const starts = partStarts(bytes, boundary);
  const { files, fields, cut } = await parse(withoutPadding(bytes, starts), boundary).catch((cause: unknown) => {
    throw malformed('parts separated by the boundary in Content-Type', whyBroken(bytes, boundary, cause), { cause });
  });
  const skipped = skippedParts(bytes, starts);
  const picture = onlyFile(files, skipped[0]?.why);
  // Because an option in a part that nobody reads would have no effect.
  const named = skipped.find(({ name }) => name !== undefined);
  if (named) throw malformed('parts that are form-data', `${named.why}, named ${shown(named.name)}`);
  const [first, ...others] = cut.map(tooLong);
  if (first) throw new MalformedBodyError([first, ...others]);
  return { picture, fields };
}

function tooLong(name: string): { field: string; expected: string; received: string } {
  return {
    field: /^[\w-]+$/.test(name) ? name : shown(name),
    expected: `at most ${MAX_FIELD_BYTES} bytes`,
    received: 'more',
  };
}

function malformed(expected: string, received: string, options?: ErrorOptions): MalformedBodyError {
  return new MalformedBodyError([{ field: 'body', expected, received }], options);
}

function boundaryOf(contentType: string): string {
  const [, quoted, plain = ''] = /;\s*boundary\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (/^[\x20-\x7e]+$/.test(boundary) && boundary.length <= MAX_BOUNDARY && !boundary.includes('\\')) return boundary;
  const expected = `a boundary of 1 to ${MAX_BOUNDARY} printable ASCII characters in Content-Type`;
  throw malformed(expected, boundary === '' ? 'none' : shown(boundary));
}

/** Positions behind all boundaries. Counts them before the parse, which takes 50 µs for each part. */
function partStarts(bytes: Buffer, boundary: string): number[] {
  const delimiter = Buffer.from(`--${boundary}`);
  const starts: number[] = [];
  for (let at = bytes.indexOf(delimiter); at >= 0; at = bytes.indexOf(delimiter, at + delimiter.length)) {
    const isLineStart = at === 0 || bytes[at - 1] === 0x0a;
    if (isLineStart) starts.push(at + delimiter.length);
    if (starts.length > MAX_PARTS + 1) throw malformed(`at most ${MAX_PARTS} parts`, 'more');
  }
  const [first] = starts;
  if (first === undefined) throw malformed('parts separated by the boundary in Content-Type', 'no such boundary');
  if (bytes[first] === 0x0a) throw malformed('lines that end with CR LF', 'lines that end with LF');
  return starts;
}

/** Because busboy takes no part behind a boundary with white space, which RFC 2046 allows (section 5.1.1). */
function withoutPadding(bytes: Buffer, starts: readonly number[]): Buffer {
  const cuts = starts.map((start) => [start, endOfPadding(bytes, start)] as const).filter(([from, to]) => to > from);
  if (cuts.length === 0) return bytes;
  const ends = [...cuts.map(([from]) => from), bytes.length];
  return Buffer.concat(ends.map((end, index) => bytes.subarray(cuts[index - 1]?.[1] ?? 0, end)));
}

function endOfPadding(bytes: Buffer, start: number): number {
  let end = start;
  while (bytes[end] === 0x20 || bytes[end] === 0x09) end++;
  return bytes[end] === 0x0d ? end : start;
}

function parse(bytes: Buffer, boundary: string): Promise<Parts> {
  return new Promise((resolve, reject) => {
    const files: FilePart[] = [];
    const fields = new Map<string, string[]>();
    const cut: string[] = [];
    const parser = new Busboy({
      headers: { 'content-type': `multipart/form-data; boundary="${boundary}"` },
      limits: { parts: MAX_PARTS, fieldSize: MAX_FIELD_BYTES },
      // Because a part that busboy skips has no reader: over this mark it would wait for one for ever.
      fileHwm: bytes.length + 1,
      isPartAFile: (name, type, fileName) => fileName !== undefined || name === FILE_FIELD || isBinary(type),
    });
    parser.on('file', (name, stream, fileName, encoding, type) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', (cause) => reject(cause));
      stream.on('end', () => files.push({ name, fileName, encoding, type, bytes: Buffer.concat(chunks) }));
    });
    parser.on('field', (name, value, _isNameCut, isCut) => {
      fields.set(name, [...(fields.get(name) ?? []), value]);
      if (isCut) cut.push(name);
    });
    parser.on('error', (cause) => reject(cause));
    parser.on('finish', () => resolve({ files, fields, cut }));
    parser.end(bytes);
    afterTurns(MAX_TURNS, () => reject(new Error('Parts that never end')));
  });
}

function afterTurns(turns: number, call: () => void): void {
  if (turns === 0) call();
  else setImmediate(() => afterTurns(turns - 1, call));
}

function isBinary(type: string | undefined): boolean {
  return type !== undefined && /^(image\/|application\/octet-stream$)/.test(type);
}

function whyBroken(bytes: Buffer, boundary: string, cause: unknown): string {
  const isClosed = bytes.lastIndexOf(`--${boundary}--`) >= 0;
  if (!isClosed) return 'no closing boundary, which ends with "--"';
  const hasLine = ['\r\n', '\n', '\r'].find((end) => bytes.lastIndexOf(`${end}--${boundary}--`) >= 0);
  if (hasLine === '\n') return 'a closing boundary behind a line that ends with LF instead of CR LF';
  if (hasLine === '\r') return 'a closing boundary behind a line that ends with CR instead of CR LF';
  return cause instanceof Error ? cause.message.toLowerCase() : 'another format';
}

function onlyFile(files: readonly FilePart[], skipped: string | undefined): Buffer {
  const [first, second] = files.filter(({ name }) => name === FILE_FIELD);
  const other = files.find(({ name }) => name !== FILE_FIELD);
  const received = other
    ? otherFile(other)
    : second
      ? `${files.length} files`
      : first
        ? unreadable(first)
        : (skipped ?? 'none');
  if (received === undefined) return (first as FilePart).bytes;
  throw new MalformedBodyError([{ field: FILE_FIELD, expected: 'exactly one file', received }]);
}

function otherFile({ name }: FilePart): string {
  return name === undefined ? 'a file in a part without a name' : `a file in field ${shown(name)}`;
}

/** Some clients send the picture without a file name, and some the name of the file instead of the file. */
function unreadable({ fileName, type, encoding, bytes }: FilePart): string | undefined {
  if (/^(base64|quoted-printable)$/.test(encoding)) return `a file with Content-Transfer-Encoding ${encoding}`;
  return fileName === undefined && type === 'text/plain' && isText(bytes) ? 'a text field of that name' : undefined;
}

function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.some((byte) => byte < 0x09);
}

/** A part that busboy skipped. */
interface SkippedPart {
  readonly why: string;
  /** The name in its Content-Disposition, if it has one. */
  readonly name: string | undefined;
}

/** The parts before the closing boundary that busboy skipped. */
function skippedParts(bytes: Buffer, starts: readonly number[]): SkippedPart[] {
  const closing = starts.findIndex((start) => bytes.toString('latin1', start, start + 2) === '--');
  return starts.slice(0, closing < 0 ? -1 : closing).flatMap((start, index) => {
    const part = bytes.subarray(start, starts[index + 1] ?? bytes.length);
    const size = part.indexOf('\r\n\r\n');
    const headers = part.toString('latin1', 0, size < 0 ? MAX_HEADERS : Math.min(size, MAX_HEADERS));
    const why = whySkipped(size, headers);
    return why === undefined ? [] : [{ why, name: nameIn(headers) }];
  });
}

/** @param size of the headers, bytes; negative where they have no end */
function whySkipped(size: number, headers: string): string | undefined {
  if (size > MAX_HEADERS) return `a part with ${size} bytes of headers`;
  if (size < 0 && /\n\n/.test(headers)) return 'a part whose headers end with LF instead of CR LF';
  if (size < 0) return 'a part without an empty line behind its headers';
  const disposition = dispositionIn(headers);
  if (disposition === undefined) return 'a part without Content-Disposition';
  const { label, value } = disposition;
  if (label !== label.trim()) return 'a part with white space around the name Content-Disposition';
  const [kind = ''] = value.split(';');
  if (kind.trim().toLowerCase() === 'form-data') return undefined;
  return `a part with Content-Disposition ${shown(kind.trim())} instead of form-data`;
}

/** The header with its folded lines. One that busboy reads comes first: a part that has it is not skipped. */
function dispositionIn(headers: string): { label: string; value: string } | undefined {
  const [, label, value] =
    /^(content-disposition):((?:[^\r\n]|\r\n[ \t])*)/im.exec(headers) ??
    /^([ \t]*content-disposition[ \t]*):((?:[^\r\n]|\r\n[ \t])*)/im.exec(headers) ??
    [];
  return label === undefined || value === undefined ? undefined : { label, value };
}

/** A parameter of a header: its name, and its value in quotes or without them. */
const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/g;

/** Reads all parameters, because a file name in quotes can hold what looks like a name. */
function nameIn(headers: string): string | undefined {
  for (const [, key = '', quoted, plain] of dispositionIn(headers)?.value.matchAll(PARAMETER) ?? []) {
    if (/^name$/i.test(key)) return quoted?.replace(/\\(.)/g, '$1') ?? plain;
    // RFC 5987: the character set and the language are before the value.
    if (/^name\*$/i.test(key)) return (quoted ?? plain)?.replace(/^[^']*'[^']*'/, '');
  }
  return undefined;
}
