import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DownloadOptions, download } from '../../../cli/model/fetch/download.ts';
import { temporaryFolder } from './command.ts';
import { type HostOptions, type ModelHost, modelHost } from './model-host.ts';

const CONTENT = randomBytes(300_000);
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

let host: ModelHost;
let path: string;
afterEach(() => host.close());

async function start(options: HostOptions = {}): Promise<void> {
  host = await modelHost(CONTENT, options);
  path = join(temporaryFolder(), 'below', 'model.onnx');
}

/** Starts a host that breaks off, and fetches until it has: some bytes have arrived then. */
async function breakOff(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await start({ breakAfter: 120_000, breakWhen: promise });
  await expect(fetchIt({ progress: () => resolve() })).rejects.toThrow(
    /broke off: .*; run the command again and it goes on from there/,
  );
}

function fetchIt(options: Partial<DownloadOptions> = {}): Promise<void> {
  return download(host.url, path, { maxBytes: 1_000_000, sha256: SHA256, ...options });
}

describe('download', () => {
  test('a whole file, with its progress, and nothing left beside it', async () => {
    await start();
    const told: [number, number][] = [];
    await fetchIt({ progress: (done, of) => told.push([done, of]) });
    expect(readFileSync(path).equals(CONTENT)).toBe(true);
    expect(told.at(-1)).toEqual([300_000, 300_000]);
    expect(existsSync(`${path}.part`) || existsSync(`${path}.part.tag`)).toBe(false);
  });

  test('goes on where it broke off', async () => {
    await breakOff();
    expect(existsSync(path)).toBe(false);
    const have = readFileSync(`${path}.part`).length;
    expect(have).toBeGreaterThan(0);
    await fetchIt();
    expect(readFileSync(path).equals(CONTENT)).toBe(true);
    expect(host.requests).toEqual([{}, { range: `bytes=${have}-`, ifRange: '"1"' }]);
  });

  test.each([
    ['the host has another file by now', { etag: '"2"' }],
    ['the host does not know ranges', { withoutRanges: true }],
  ])('begins anew where %s', async (_why, change) => {
    await breakOff();
    Object.assign(host.options, change);
    await fetchIt();
    expect(readFileSync(path).equals(CONTENT)).toBe(true);
  });

  test('begins anew where the part is longer than the file', async () => {
    await breakOff();
    writeFileSync(`${path}.part`, randomBytes(400_000));
    await fetchIt();
    expect(readFileSync(path).equals(CONTENT)).toBe(true);
  });

  test('a host that does not say how long the file is', async () => {
    await start({ withoutLength: true });
    await fetchIt();
    expect(readFileSync(path).equals(CONTENT)).toBe(true);
  });

  test('another checksum: refused, and nothing kept', async () => {
    await start();
    await expect(fetchIt({ sha256: '0'.repeat(64) })).rejects.toThrow(
      `${host.url.href}: expected SHA-256 ${'0'.repeat(64)}, received ${SHA256}; nothing was kept. Make sure that the address and the checksum belong together`,
    );
    expect(existsSync(path) || existsSync(`${path}.part`)).toBe(false);
  });

  test.each([{}, { withoutLength: true }])('too long: refused (%j)', async (options) => {
    await start(options);
    await expect(fetchIt({ maxBytes: 1000 })).rejects.toThrow(/expected at most 1000 bytes, received \d+/);
    expect(existsSync(path)).toBe(false);
  });

  test('a host that falls silent', async () => {
    await start({ stallAfter: 1000 });
    await expect(fetchIt({ stallMs: 100 })).rejects.toThrow(/broke off: nothing for 0\.1 s/);
  });

  test('a status, by its number', async () => {
    await start({ status: 404 });
    await expect(fetchIt()).rejects.toThrow(/tiny\.onnx: expected the status 200, received 404 Not Found/);
  });

  test('nobody there', async () => {
    await start();
    await host.close();
    await expect(fetchIt()).rejects.toThrow(/expected an answer, received .*ECONNREFUSED/);
    await start();
  });

  test('a redirect to an address that is not encrypted', async () => {
    await start();
    const elsewhere = await modelHost(CONTENT);
    host.options.redirect = elsewhere.url.href.replace('127.0.0.1', '127.0.0.2');
    await expect(fetchIt()).rejects.toThrow(/expected an https address, received http:\/\/127\.0\.0\.2/);
    await elsewhere.close();
  });

  test('addresses that are not encrypted, asked for or redirected to', async () => {
    await start();
    await expect(download(new URL('http://models.example/a.onnx'), path, { maxBytes: 1 })).rejects.toThrow(
      'expected an https address, received http://models.example/a.onnx',
    );
    await expect(download(new URL('file:///etc/passwd'), path, { maxBytes: 1 })).rejects.toThrow(
      /expected an https address/,
    );
  });
});
