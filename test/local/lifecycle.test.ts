/** Start, rejected templates and options, and an end that leaves no process and no file. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { fn } from './fixtures/assembly.ts';
import { childrenOf, EmulatorProcess, isRunning, NODE, processesWith } from './fixtures/emulator-process.ts';

const STACK = [{ name: 'Life', resources: { Probe: fn('probe', { Timeout: 60 }) } }];

const started: EmulatorProcess[] = [];

async function start(): Promise<EmulatorProcess> {
  const emulator = await EmulatorProcess.start(STACK);
  started.push(emulator);
  return emulator;
}

afterEach(async () => {
  for (const emulator of started.splice(0)) await emulator.stop('SIGKILL');
});

const invoke = (emulator: EmulatorProcess, event: object) =>
  new LambdaClient({ ...emulator.client, requestHandler: { requestTimeout: 60_000 } }).send(
    new InvokeCommand({ FunctionName: 'Life-Probe', Payload: JSON.stringify(event) }),
  );

/** Resolves as soon as `isOver` holds; a test's own timeout ends it otherwise. */
async function until(isOver: () => boolean): Promise<void> {
  while (!isOver()) await new Promise((resolve) => setImmediate(resolve));
}

/** A server that responds only on `answer`. `received` resolves with the first request. */
async function silentServer(): Promise<{
  url: string;
  received: Promise<void>;
  answer: () => void;
  close: () => void;
}> {
  const { promise: received, resolve } = Promise.withResolvers<void>();
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
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received, answer, close };
}

test('the start prints addresses and an example, on an address that only this machine can reach', async () => {
  const emulator = await start();
  expect(emulator.output()).toMatch(/^HTTP API +http:\/\/localhost:\d+$/m);
  expect(emulator.output()).toMatch(/^AWS +http:\/\/127\.0\.0\.1:\d+ /m);
  expect(emulator.output()).toMatch(/^try +curl -F file=@/m);
  expect(emulator.output()).toMatch(/127\.0\.0\.1/);
});

test('only functions and the reaper run beside the emulator', async () => {
  const emulator = await start();
  await invoke(emulator, { act: 'see' });
  const commands = childrenOf(emulator.child.pid);
  expect(commands).toHaveLength(2);
  expect(commands.join('\n')).toMatch(/\/bin\/sh -c .*reaper .*\/run-/);
  expect(commands.join('\n')).toMatch(/node .*bootstrap\.mjs$/m);
});

test('Ctrl-C waits for running requests, then ends everything', async () => {
  const emulator = await start();
  const { url, received, answer, close } = await silentServer();
  const running = invoke(emulator, { act: 'call', url });
  await received;
  const home = join(emulator.folder, 'home');
  const children = processesWith(home);
  expect(children.length).toBeGreaterThan(0);
  emulator.child.kill('SIGINT');
  await emulator.line(/^stopping/);
  // No new request is accepted, but running ones still reach the AWS services.
  await expect(fetch(emulator.url)).rejects.toThrow('fetch failed');
  expect((await fetch(emulator.client.endpoint)).status).toBe(403);
  answer();
  expect((await running).Payload?.transformToString()).toBe('200');
  expect(await emulator.ended()).toBe(0);
  expect(children.filter(isRunning)).toEqual([]);
  expect(readdirSync(home).filter((name) => name.startsWith('run-'))).toEqual([]);
  close();
});

test('a second Ctrl-C ends at once, and keeps the log', async () => {
  const emulator = await start();
  const { url, received, close } = await silentServer();
  await invoke(emulator, { act: 'see' });
  const running = invoke(emulator, { act: 'call', url }).catch(() => 'cut');
  await received;
  const children = processesWith(join(emulator.folder, 'home'));
  emulator.child.kill('SIGINT');
  await emulator.line(/^stopping/);
  emulator.child.kill('SIGINT');
  expect(await emulator.ended()).toBe(0);
  expect(children.filter(isRunning)).toEqual([]);
  await running;
  close();
  const logs = join(emulator.folder, 'home', 'logs');
  const [first] = readdirSync(logs).map((name) => readFileSync(join(logs, name), 'utf8').split('\n')[0]);
  expect(first).toMatch(/\tREPORT RequestId: /);
});

test.each(['see', 'spin'])('a killed emulator leaves no process and no folder (its function: %s)', async (act) => {
  const emulator = await start();
  const home = join(emulator.folder, 'home');
  const invoked = invoke(emulator, { act }).catch(() => 'cut');
  if (act === 'see') await invoked;
  await until(() => processesWith(join(home, 'run-')).length >= 2);
  const children = processesWith(join(home, 'run-'));
  emulator.child.kill('SIGKILL');
  await emulator.ended();
  await until(() => !children.some(isRunning));
  expect(readdirSync(home).filter((name) => name.startsWith('run-'))).toEqual([]);
  await invoked;
});

test('a busy port is reported with a way out', async () => {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const emulator = new EmulatorProcess(STACK, ['--port', String(port)]);
  expect(await emulator.ended()).toBe(1);
  expect(emulator.output()).toBe(
    `Expected a free port for PORT, received ${port}: another program listens there. ` +
      `Choose another one: PORT=${port + 10} npm start`,
  );
  expect(processesWith(emulator.folder)).toEqual([]);
  rmSync(emulator.folder, { recursive: true });
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
  [
    'a runtime',
    { F: fn('probe', { Runtime: 'python3.14' }) },
    'The value "python3.14" of the property Runtime of AWS::Lambda::Function',
  ],
])('%s that is not supported is rejected by its name', async (_, resources, name) => {
  const emulator = new EmulatorProcess([{ name: 'Odd', resources: resources as Record<string, object> }]);
  expect(await emulator.ended()).toBe(1);
  expect(emulator.output()).toContain(`${name} (`);
  expect(emulator.output()).toContain('is not supported by the emulator');
  expect(emulator.output()).not.toContain('ready');
  expect(existsSync(join(emulator.folder, 'home'))).toBe(true);
  expect(processesWith(emulator.folder)).toEqual([]);
  rmSync(emulator.folder, { recursive: true });
});

test('a folder without a cloud assembly is reported', () => {
  const main = join(__dirname, '..', '..', 'local', 'main.ts');
  const home = mkdtempSync(join(tmpdir(), 'lifecycle-'));
  const { status, stdout } = spawnSync(NODE, [main, '--port', '0', '--home', home, '--assembly', home], {
    encoding: 'utf8',
  });
  expect([status, stdout]).toEqual([
    1,
    `Expected a folder with manifest.json for the cloud assembly, received ${home}\n`,
  ]);
  rmSync(home, { recursive: true });
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
])('the options %j with %j are rejected', (args, env, message) => {
  const main = join(__dirname, '..', '..', 'local', 'main.ts');
  const { status, stderr } = spawnSync(NODE, [main, ...args], { env: { ...process.env, ...env }, encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain(message);
});
