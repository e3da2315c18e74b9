import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

function fetchIt(options: Partial<DownloadOptions> = {}): Promise<void> {
  return download(host.url, path, { maxBytes: 1_000_000, sha256: SHA256, ...options });
}

describe('download', () => {
  test('a whole file, with its progress, and nothing left beside it', async () => {
    await start();
    const calls: [number, number][] = [];
    await fetchIt({ progress: (done, of) => calls.push([done, of]) });
    expect(readFileSync(path).equals(CONTENT)).toBe(true);
    expect(calls.at(-1)).toEqual([300_000, 300_000]);
    expect(existsSync(`${path}.part`)).toBe(false);
  });

  test('a connection that breaks off leaves no file, and the next download gets the whole one', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    await start({ breakAfter: 120_000, breakWhen: promise });
    await expect(fetchIt({ progress: () => resolve() })).rejects.toThrow(
      /tiny\.onnx: Expected a complete response, received .*; run the command again$/,
    );
    expect(existsSync(path) || existsSync(`${path}.part`)).toBe(false);
    await fetchIt();
    expect(readFileSync(path).equals(CONTENT)).toBe(true);
  });

  test('part of an earlier download is replaced', async () => {
    await start();
    mkdirSync(dirname(path));
    writeFileSync(`${path}.part`, randomBytes(400_000));
    await fetchIt();
    expect(readFileSync(path).equals(CONTENT)).toBe(true);
  });

  test('a host without Content-Length', async () => {
    await start({ withoutLength: true });
    await fetchIt();
    expect(readFileSync(path).equals(CONTENT)).toBe(true);
  });

  test('another checksum: refused, and the file deleted', async () => {
    await start();
    await expect(fetchIt({ sha256: '0'.repeat(64) })).rejects.toThrow(
      `${host.url.href}: Expected SHA-256 ${'0'.repeat(64)}, received ${SHA256}; the file was deleted. ` +
        'Make sure that the address and the checksum belong together',
    );
    expect(existsSync(path) || existsSync(`${path}.part`)).toBe(false);
  });

  test.each([{}, { withoutLength: true }])('too long: refused (%j)', async (options) => {
    await start(options);
    await expect(fetchIt({ maxBytes: 1000 })).rejects.toThrow(/Expected at most 1000 bytes, received \d+/);
    expect(existsSync(path)).toBe(false);
  });

  test('a host that stops sending', async () => {
    await start({ stallAfter: 1000 });
    await expect(fetchIt({ stallMs: 100 })).rejects.toThrow(
      /Expected a complete response, received no data for 0\.1 s/,
    );
  });

  test('a status, by its number', async () => {
    await start({ status: 404 });
    await expect(fetchIt()).rejects.toThrow(/tiny\.onnx: Expected status 200 with a body, received 404 Not Found/);
  });

  test('no host at the address', async () => {
    await start();
    await host.close();
    await expect(fetchIt()).rejects.toThrow(/Expected a complete response, received .*ECONNREFUSED/);
    await start();
  });

  test('a redirect to an address that is not encrypted', async () => {
    await start();
    const elsewhere = await modelHost(CONTENT);
    host.options.redirect = elsewhere.url.href.replace('127.0.0.1', '127.0.0.2');
    await expect(fetchIt()).rejects.toThrow(/Expected an https address, received http:\/\/127\.0\.0\.2/);
    await elsewhere.close();
  });

  test('addresses that are not encrypted', async () => {
    await start();
    await expect(download(new URL('http://models.example/a.onnx'), path, { maxBytes: 1 })).rejects.toThrow(
      'Expected an https address, received http://models.example/a.onnx',
    );
    await expect(download(new URL('file:///etc/passwd'), path, { maxBytes: 1 })).rejects.toThrow(
      /Expected an https address/,
    );
  });
});
