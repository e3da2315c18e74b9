import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Progress } from '../../terminal/progress.ts';

/** A file that could not be fetched, or is not the one meant. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
}

export interface DownloadOptions {
  /** The SHA-256 that the file must have, 64 hex digits; without it any file is taken. */
  readonly sha256?: string;
  /** Most bytes; a longer file is refused before it is read. */
  readonly maxBytes: number;
  /** Told the bytes that are there and the bytes there will be. */
  readonly progress?: Progress;
  /** Longest time without a byte, milliseconds. Default 30 seconds. */
  readonly stallMs?: number;
}

/**
 * Fetches a file to a path. What arrives is kept in `<path>.part`, so that a broken download goes on where it stopped, if the
 * host still has the same file (`Range` with `If-Range`). The file is at `path` only when it is whole and has its checksum.
 * @throws DownloadError for statuses, lengths, checksums, stalls; the part of a file with a wrong checksum is removed
 */
export async function download(url: URL, path: string, options: DownloadOptions): Promise<void> {
  checkAddress(url);
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.part`;
  const have = await sizeOf(part);
  const response = await ask(url, have, await readTag(part));
  if (have > 0 && response.status === 416) return startAgain(url, path, options);
  // A redirect must not lead to where we would not have asked.
  checkAddress(new URL(response.url));
  const from = response.status === 206 ? have : 0;
  const whole = wholeLength(url, response, from);
  if (whole !== undefined && whole > options.maxBytes) throw tooLong(url, whole, options.maxBytes);
  await writeTag(part, response);
  await receive(response, part, { ...options, url, from, whole });
  await finish(url, part, path, options.sha256);
}

/** Only encrypted addresses, but for this machine's own, which tests use. */
function checkAddress(url: URL): void {
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && local)) return;
  throw new DownloadError(`expected an https address, received ${url.href}`);
}

async function startAgain(url: URL, path: string, options: DownloadOptions): Promise<void> {
  await rm(`${path}.part`, { force: true });
  return download(url, path, options);
}

async function ask(url: URL, have: number, tag: string | undefined): Promise<Response> {
  const resume = have > 0 && tag !== undefined;
  const headers = resume ? { range: `bytes=${have}-`, 'if-range': tag } : {};
  const response = await fetch(url, { headers }).catch((cause: Error) => {
    const reason = (cause.cause as Error | undefined)?.message || cause.message;
    throw new DownloadError(`${url.href}: expected an answer, received ${reason}`, { cause });
  });
  if (response.ok || (resume && response.status === 416)) return response;
  throw new DownloadError(`${url.href}: expected the status 200, received ${response.status} ${response.statusText}`);
}

function wholeLength(url: URL, { headers, status }: Response, from: number): number | undefined {
  if (status === 206) {
    const [, start, whole] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
    if (Number(start) === from) return Number(whole);
    throw new DownloadError(
      `${url.href}: expected the bytes from ${from} on, received ${headers.get('content-range')}`,
    );
  }
  // A compressed body has another length than its header says.
  const length = headers.get('content-encoding') ? null : headers.get('content-length');
  return length === null ? undefined : Number(length);
}

interface Reception extends DownloadOptions {
  readonly url: URL;
  readonly from: number;
  readonly whole: number | undefined;
}

async function receive(response: Response, part: string, reception: Reception): Promise<void> {
  const { url, from, whole, stallMs = 30_000 } = reception;
  if (!response.body) throw new DownloadError(`${url.href}: expected a body, received none`);
  const reader = response.body.getReader();
  let stalled = false;
  const watch = watchdog(stallMs, () => {
    stalled = true;
    reader.cancel().catch(() => {});
  });
  try {
    const received = await keep(reader, part, { ...reception, pat: watch.pat });
    if (stalled) throw brokeOff(url, `nothing for ${stallMs / 1000} s`);
    if (whole !== undefined && received !== whole) throw brokeOff(url, `${received - from} of ${whole - from} bytes`);
  } catch (cause) {
    throw cause instanceof DownloadError ? cause : brokeOff(url, (cause as Error).message, cause);
  } finally {
    watch.end();
  }
}

/** Each piece is in the file before the next is asked for, so that a break loses nothing that had come. */
async function keep(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  part: string,
  { url, from, whole, maxBytes, progress, pat }: Reception & { pat: () => void },
): Promise<number> {
  await using file = await open(part, from > 0 ? 'a' : 'w');
  let received = from;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    received += piece.value.length;
    if (received > maxBytes) throw tooLong(url, received, maxBytes);
    await file.appendFile(piece.value);
    pat();
    progress?.(received, whole ?? received);
  }
  return received;
}

function brokeOff({ href }: URL, how: string, cause?: unknown): DownloadError {
  return new DownloadError(`${href}: broke off: ${how}; run the command again and it goes on from there`, { cause });
}

function watchdog(ms: number, bark: () => void): { pat: () => void; end: () => void } {
  let timer = setTimeout(bark, ms);
  const end = () => clearTimeout(timer);
  const pat = () => {
    end();
    timer = setTimeout(bark, ms);
  };
  return { pat, end };
}

function tooLong({ href }: URL, received: number, limit: number): DownloadError {
  return new DownloadError(`${href}: expected at most ${limit} bytes, received ${received}`);
}

async function finish(url: URL, part: string, path: string, expected: string | undefined): Promise<void> {
  const received = await sha256Of(part);
  await rm(`${part}.tag`, { force: true });
  if (expected !== undefined && expected !== received) {
    await rm(part);
    throw new DownloadError(
      `${url.href}: expected SHA-256 ${expected}, received ${received}; nothing was kept. Make sure that the address and the checksum belong together`,
    );
  }
  await rename(part, path);
}

/** SHA-256 of a file, 64 hex digits. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

/** What names this very file at its host, so that two versions are never put together. Weak tags cannot. */
async function writeTag(part: string, { headers }: Response): Promise<void> {
  const etag = headers.get('etag');
  const tag = etag && !etag.startsWith('W/') ? etag : headers.get('last-modified');
  if (tag) await writeFile(`${part}.tag`, tag);
  else await rm(`${part}.tag`, { force: true });
}

async function readTag(part: string): Promise<string | undefined> {
  return readFile(`${part}.tag`, 'utf8').catch(() => undefined);
}
