/** Starting, being refused, and ending without leaving anything behind. */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { fn } from './fixtures/assembly.ts';
import { childrenOf, isRunning, LaptopProcess, NODE, processesWith } from './fixtures/laptop-process.ts';

const STACK = [{ name: 'Life', resources: { Probe: fn('probe', { Timeout: 60 }) } }];

const started: LaptopProcess[] = [];

async function start(): Promise<LaptopProcess> {
  const laptop = await LaptopProcess.start(STACK);
  started.push(laptop);
  return laptop;
}

afterEach(async () => {
  for (const laptop of started.splice(0)) await laptop.stop('SIGKILL');
});

const invoke = (laptop: LaptopProcess, event: object) =>
  new LambdaClient({ ...laptop.client, requestHandler: { requestTimeout: 60_000 } }).send(
    new InvokeCommand({ FunctionName: 'Life-Probe', Payload: JSON.stringify(event) }),
  );

/** Resolves as soon as `isOver` holds; a test's own timeout ends it otherwise. */
async function until(isOver: () => boolean): Promise<void> {
  while (!isOver()) await new Promise((resolve) => setImmediate(resolve));
}

/** A server that never answers, and tells when it is asked. */
async function silence(): Promise<{ url: string; asked: Promise<void>; answer: () => void; close: () => void }> {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const server = createServer((_request, response) => {
    resolve();
    answered.then(() => response.end());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, answer, close };
}

test('the start tells addresses, bucket-like names and a line to try, and only this machine can reach it', async () => {
  const laptop = await start();
  expect(laptop.output()).toMatch(/^HTTP API +http:\/\/localhost:\d+$/m);
  expect(laptop.output()).toMatch(/^AWS +http:\/\/127\.0\.0\.1:\d+ /m);
  expect(laptop.output()).toMatch(/^try +curl -F file=@/m);
  expect(laptop.output()).toMatch(/127\.0\.0\.1/);
});

test('nothing but functions and what tidies up after them runs beside the laptop', async () => {
  const laptop = await start();
  await invoke(laptop, { act: 'see' });
  const commands = childrenOf(laptop.child.pid);
  expect(commands).toHaveLength(2);
  expect(commands.join('\n')).toMatch(/\/bin\/sh -c .*reaper .*\/run-/);
  expect(commands.join('\n')).toMatch(/node .*bootstrap\.mjs$/m);
});

test('Ctrl-C lets what is running end, then ends everything', async () => {
  const laptop = await start();
  const { url, asked, answer, close } = await silence();
  const running = invoke(laptop, { act: 'call', url });
  await asked;
  const home = join(laptop.folder, 'home');
  const children = processesWith(home);
  expect(children.length).toBeGreaterThan(0);
  laptop.child.kill('SIGINT');
  await laptop.line(/^ending/);
  // Nothing new is taken, but what runs still finds its bucket.
  await expect(fetch(laptop.url)).rejects.toThrow('fetch failed');
  expect((await fetch(laptop.client.endpoint)).status).toBe(403);
  answer();
  expect((await running).Payload?.transformToString()).toBe('200');
  expect(await laptop.ended()).toBe(0);
  expect(children.filter(isRunning)).toEqual([]);
  expect(readdirSync(home).filter((name) => name.startsWith('run-'))).toEqual([]);
  close();
});

test('Ctrl-C twice ends at once', async () => {
  const laptop = await start();
  const { url, asked, close } = await silence();
  const running = invoke(laptop, { act: 'call', url }).catch(() => 'cut');
  await asked;
  const children = processesWith(join(laptop.folder, 'home'));
  laptop.child.kill('SIGINT');
  await laptop.line(/^ending/);
  laptop.child.kill('SIGINT');
  expect(await laptop.ended()).toBe(0);
  expect(children.filter(isRunning)).toEqual([]);
  await running;
  close();
});

test.each(['see', 'spin'])(
  'a laptop that is killed leaves no process and no folder (its function: %s)',
  async (act) => {
    const laptop = await start();
    const home = join(laptop.folder, 'home');
    const invoked = invoke(laptop, { act }).catch(() => 'cut');
    if (act === 'see') await invoked;
    await until(() => processesWith(join(home, 'run-')).length >= 2);
    const children = processesWith(join(home, 'run-'));
    laptop.child.kill('SIGKILL');
    await laptop.ended();
    await until(() => !children.some(isRunning));
    expect(readdirSync(home).filter((name) => name.startsWith('run-'))).toEqual([]);
    await invoked;
  },
);

test('a port that is taken is told with a way out', async () => {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const laptop = new LaptopProcess(STACK, ['--port', String(port)]);
  expect(await laptop.ended()).toBe(1);
  expect(laptop.output()).toBe(
    `expected port ${port} of 127.0.0.1 to be free, something else listens there. Choose another: PORT=${port + 10} npm start`,
  );
  expect(processesWith(laptop.folder)).toEqual([]);
  rmSync(laptop.folder, { recursive: true });
  server.close();
});

test.each([
  [
    'a resource type',
    { Table: { Type: 'AWS::DynamoDB::Table', Properties: {} } },
    'The resource type AWS::DynamoDB::Table',
  ],
  [
    'an intrinsic function',
    { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Cidr': [] } } } },
    'Fn::Cidr',
  ],
  ['a runtime', { F: fn('probe', { Runtime: 'python3.14' }) }, 'The runtime python3.14'],
])('%s that is not played is refused by name', async (_, resources, name) => {
  const laptop = new LaptopProcess([{ name: 'Odd', resources: resources as Record<string, object> }]);
  expect(await laptop.ended()).toBe(1);
  expect(laptop.output()).toContain(`${name} (`);
  expect(laptop.output()).toContain('is not played by the laptop');
  expect(laptop.output()).not.toContain('ready');
  expect(existsSync(join(laptop.folder, 'home'))).toBe(true);
  expect(processesWith(laptop.folder)).toEqual([]);
  rmSync(laptop.folder, { recursive: true });
});

test.each([
  [
    ['--port', 'many'],
    {},
    "option '--port <number>' argument 'many' is invalid. Expected a number from 0 to 65534, received many.",
  ],
  [
    [],
    { PORT: '80000' },
    "value '80000' from env 'PORT' is invalid. Expected a number from 0 to 65534, received 80000.",
  ],
  [['--speed', '0'], {}, 'Expected a number of at least 1, received 0.'],
  [['-c', 'endpoints'], {}, 'Expected key=value, received endpoints.'],
])('the options %j with %j are refused', (args, env, message) => {
  const main = join(__dirname, '..', '..', 'local', 'main.ts');
  const { status, stderr } = spawnSync(NODE, [main, ...args], { env: { ...process.env, ...env }, encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain(message);
});
