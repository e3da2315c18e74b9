import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Progress } from '../../terminal/progress.ts';

/** A file that cannot be downloaded, or is not the expected one. */
export class DownloadError extends Error {
  override readonly name: string = 'DownloadError';
}

export interface DownloadOptions {
  /** SHA-256 of the file, 64 hex digits. Default: any file is accepted. */
  readonly sha256?: string;
  /** Most bytes of the file. */
  readonly maxBytes: number;
  /** Called with the bytes received and the bytes of the whole file. */
  readonly progress?: Progress;
  /** Longest time without data, milliseconds. Default 30 seconds. */
  readonly stallMs?: number;
  /** Sends the request. Default: `fetch` without credentials. */
  readonly fetch?: typeof fetch;
}

/**
 * Downloads a file. It appears at `path` only when it is complete and has its checksum; before that it is
 * `<path>.part`, which an error removes.
 * @throws DownloadError for an address without encryption, a status, an incomplete response, a length, or a checksum
 */
export async function download(url: URL, path: string, options: DownloadOptions): Promise<void> {
  checkAddress(url);
  await receive(url, path, { ...options, write: (part) => fetchTo(part, url, options) });
}

/** How a file is received. */
interface Receiving extends Pick<DownloadOptions, 'sha256'> {
  /** Writes the whole file to a path. */
  readonly write: (part: string) => Promise<void>;
}

/** Puts a file in its place when it is complete and has its checksum. @throws DownloadError for another checksum */
export async function receive(url: URL, path: string, { sha256, write }: Receiving): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.part`;
  try {
    await write(part);
    await checkSha256(part, url, sha256);
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
}

/** Accepts encrypted addresses only, except for this machine's own: tests use it. @throws DownloadError */
export function checkAddress(url: URL): void {
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && local)) return;
  throw new DownloadError(`Expected an https address, received ${url.href}`);
}

async function fetchTo(part: string, url: URL, options: DownloadOptions): Promise<void> {
  const { stallMs = 30_000, fetch: send = fetch } = options;
  const stall = new AbortController();
  const timer = setTimeout(() => stall.abort(new Error(`no data for ${stallMs / 1000} s`)), stallMs);
  try {
    const response = await send(url, { signal: stall.signal });
    // Because a redirect can lead to an address without encryption.
    checkAddress(new URL(response.url));
    await writeBody(response, part, { ...options, url, onData: () => timer.refresh() });
  } catch (cause) {
    throw cause instanceof DownloadError ? cause : incomplete(url, cause as Error);
  } finally {
    clearTimeout(timer);
  }
}

function incomplete({ href }: URL, cause: Error): DownloadError {
  const reason = (cause.cause as Error | undefined)?.message || cause.message;
  return new DownloadError(`${href}: Expected a complete response, received ${reason}; run the command again`, {
    cause,
  });
}

interface BodyOptions extends DownloadOptions {
  readonly url: URL;
  readonly onData: () => void;
}

async function writeBody(response: Response, part: string, options: BodyOptions): Promise<void> {
  const { url } = options;
  const { ok, status, statusText, body } = response;
  if (!ok || !body) {
    throw new DownloadError(`${url.href}: Expected status 200 with a body, received ${status} ${statusText}`);
  }
  await writePieces(body, part, { ...options, length: lengthOf(response) });
}

interface PiecesOptions extends DownloadOptions {
  readonly url: URL;
  /** Bytes of the file, where they are known. */
  readonly length: number | undefined;
  /** Called for each piece. */
  readonly onData?: () => void;
}

/** Writes a body to a file. @throws DownloadError for more bytes than `maxBytes` */
export async function writePieces(body: AsyncIterable<Uint8Array>, part: string, options: PiecesOptions) {
  const { url, maxBytes, progress, length, onData } = options;
  if (length !== undefined) checkLength(url, length, maxBytes);
  await using file = await open(part, 'w');
  let received = 0;
  for await (const piece of body) {
    onData?.();
    received += piece.length;
    checkLength(url, received, maxBytes);
    await file.appendFile(piece);
    progress?.(received, length ?? received);
  }
}

/** Bytes of the file, where the response states them. A compressed body states its own length, not the file's. */
function lengthOf({ headers }: Response): number | undefined {
  const length = headers.get('content-encoding') ? null : headers.get('content-length');
  return length === null ? undefined : Number(length);
}

function checkLength({ href }: URL, received: number, limit: number): void {
  if (received > limit) throw new DownloadError(`${href}: Expected at most ${limit} bytes, received ${received}`);
}

async function checkSha256(part: string, { href }: URL, expected: string | undefined): Promise<void> {
  const received = await sha256Of(part);
  if (expected === undefined || expected === received) return;
  throw new DownloadError(
    `${href}: Expected SHA-256 ${expected}, received ${received}; the file was deleted. ` +
      'Make sure that the address and the checksum belong together',
  );
}

/** SHA-256 of a file, 64 hex digits. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
