import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { downloadObject } from '../../../cli/model/fetch/s3-object.ts';
import { obtain, resolveSource } from '../../../cli/model/package/source.ts';
import { temporaryFolder } from './command.ts';

const CONTENT = Buffer.from('weights');
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

/** S3 by its answers, as recorded: `{status, code}` by path. */
const REFUSALS: Readonly<Record<string, readonly [number, string, string]>> = {
  '/models/missing.onnx': [404, 'NoSuchKey', 'The specified key does not exist.'],
  '/nowhere/a.onnx': [404, 'NoSuchBucket', 'The specified bucket does not exist'],
  '/models/private.onnx': [403, 'AccessDenied', 'Access Denied'],
};

let server: Server;
const requests: string[] = [];
const before = { ...process.env };

beforeAll(async () => {
  server = createServer(({ url = '' }, response) => {
    const path = new URL(url, 'http://localhost').pathname;
    requests.push(path);
    const [status, code, message] = REFUSALS[path] ?? [200];
    if (status === 200) return void response.writeHead(200, { 'content-length': CONTENT.length }).end(CONTENT);
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'eu-central-1',
  });
});
afterAll(() => {
  process.env = before;
  server.closeAllConnections();
  server.close();
});

const to = () => join(temporaryFolder(), 'model.onnx');

test('an object is downloaded, with its checksum', async () => {
  const source = await resolveSource('s3://models/detectors/my%20tiny.onnx', { catalog: {}, sha256: SHA256 });
  const path = to();
  expect(await obtain(source, path, SHA256, () => undefined)).toBe(SHA256);
  expect(readFileSync(path)).toEqual(CONTENT);
  expect(requests.at(-1)).toBe('/models/detectors/my%20tiny.onnx');
});

test.each([
  ['s3://models/missing.onnx', 'NoSuchKey: The specified key does not exist.'],
  ['s3://nowhere/a.onnx', 'NoSuchBucket: The specified bucket does not exist'],
  ['s3://models/private.onnx', 'AccessDenied: Access Denied'],
])('%s is refused and leaves nothing', async (address, reason) => {
  const path = to();
  await expect(downloadObject(new URL(address), path, { maxBytes: 100 })).rejects.toThrow(
    `${address}: Expected a readable object, received ${reason}. Check bucket and key, the credentials (AWS_PROFILE) ` +
      'and the region (AWS_REGION)',
  );
  expect(readdirSync(join(path, '..'))).toEqual([]);
});

test('too many bytes, and another checksum, leave nothing', async () => {
  const path = to();
  const url = new URL('s3://models/tiny.onnx');
  await expect(downloadObject(url, path, { maxBytes: 3 })).rejects.toThrow(
    's3://models/tiny.onnx: Expected at most 3 bytes, received 7',
  );
  await expect(downloadObject(url, path, { maxBytes: 100, sha256: 'a'.repeat(64) })).rejects.toThrow(
    `Expected SHA-256 ${'a'.repeat(64)}, received ${SHA256}; the file was deleted`,
  );
  expect(existsSync(path)).toBe(false);
});

test('an address without a key', async () => {
  await expect(downloadObject(new URL('s3://models/'), to(), { maxBytes: 100 })).rejects.toThrow(
    'Expected s3://bucket/key, received s3://models/',
  );
});
