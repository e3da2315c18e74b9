/** `npm run console` as a process, with a CloudFormation that knows one deployment. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CREDENTIALS, REGION } from '../../../local/account.ts';
import { cloudFormationApi, type Stacks } from '../../../local/cloudformation/api.ts';
import { announce } from '../../../local/running.ts';
import { startUpstream, type Upstream } from './upstream.ts';

let api: Upstream;
let stacks: Upstream;

beforeAll(async () => {
  api = await startUpstream(() => ({ body: 'signed' }));
  const platform = { status: 'CREATE_COMPLETE', outputs: new Map([['ApiUrl', `${api.url}/`]]) };
  const deployed = { stacks: () => new Map([['prod-Platform', platform]]), isProtected: () => false };
  const service = cloudFormationApi(deployed as unknown as Stacks);
  stacks = await startUpstream(
    ({ body }) => service({ method: 'POST', path: '/', query: new URLSearchParams(), headers: {}, body }),
    () => true,
  );
});
afterAll(() => {
  api.close();
  stacks.close();
});

function start(...args: string[]) {
  const environment = {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: stacks.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return spawn(process.execPath, ['cli/console.ts', ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
}

test.each(['SIGINT', 'SIGHUP'] as const)(
  'it prints an address, signs, and ends with the terminal: %s',
  async (signal) => {
    const child = start('--deployment', 'prod');
    const [output] = await once(child.stdout, 'data');
    const [address = '', ...rest] = String(output).split('\n');
    expect(rest[0]).toBe('Open this address. It is valid once. Ctrl-C ends the console.');
    const opened = await fetch(address, { redirect: 'manual' });
    const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
    const answer = await fetch(new URL('/count-cars/status', address), { headers: { cookie } });
    expect(await answer.text()).toBe('signed');
    child.kill(signal);
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    await expect(fetch(address)).rejects.toThrow();
  },
);

test('with --local it finds the emulator and uses its credentials', async () => {
  const home = mkdtempSync(join(tmpdir(), 'console-'));
  const run = join(home, 'run-1');
  mkdirSync(run);
  announce(run, { url: api.url, endpoint: stacks.url, pid: process.pid, token: 't' });
  const child = spawn(process.execPath, ['cli/console.ts', '--local', '--home', home, '--deployment', 'prod'], {
    env: { PATH: process.env.PATH, AWS_EC2_METADATA_DISABLED: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output] = await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data')]);
  expect(String(output)).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=/);
  child.kill('SIGINT');
  await once(child, 'close');
  rmSync(home, { recursive: true });
});

test('a port that is none is an error of the command line', async () => {
  const child = start('--port', 'abc');
  const [error] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect(error).toContain("argument 'abc' is invalid. Expected a port from 0 to 65535, received abc.");
  expect(child.exitCode).toBe(2);
});

test('a deployment that does not exist is an error', async () => {
  const child = start('--deployment', 'other');
  const [error] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect(error).toBe(
    'Expected the stack other-Platform, received none: check account, region and name (--deployment)\n',
  );
  expect(child.exitCode).toBe(1);
});
