/** `npm run doctor` as a process, on an account of this process. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { CREDENTIALS, REGION } from '../../../local/account.ts';
import { Account, FUNCTION } from './fixtures/account.ts';

const ENDPOINTS = ['--endpoints', 'test/cli/doctor/fixtures/endpoints.ts'];

let account: Account;
afterEach(() => account.close());

function start(...args: string[]): ChildProcess {
  const environment = {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: account.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
  };
  const stdio = ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'];
  return spawn(process.execPath, ['cli/doctor.ts', ...ENDPOINTS, ...args], { env: environment, stdio });
}

async function ended(child: ChildProcess): Promise<[number | null, string, string]> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('Expected the streams of the process, received none');
  const [out, err] = await Promise.all([text(stdout), text(stderr), once(child, 'close')]);
  return [child.exitCode, out, err];
}

test('a green run ends with 0, and its receipt has no account number, key or path', async () => {
  account = await Account.start();
  const child = start('--json');
  const [code, out, err] = await ended(child);
  expect([code, err]).toEqual([0, '']);
  expect(JSON.parse(out)).toMatchObject({ deployment: 'prod', region: 'us-east-1', isInterrupted: false, failed: 0 });
});

test('a fault ends with 1; the caller of its message is redacted', async () => {
  account = await Account.start();
  account.refuse('monitoring', 'AccessDeniedException');
  const child = start();
  const [code, out] = await ended(child);
  expect(code).toBe(1);
  expect(out).toMatch(/^failed {3}costs +AccessDeniedException: User: arn:aws:iam::<identity> is not authorized/m);
  expect(out).toMatch(/^ok {7}clean-up +removed: upload of count-cars$/m);
  expect(out).not.toContain('123456789012');
});

test('an unknown option is an invalid command line', async () => {
  account = await Account.start();
  const child = start('--colour');
  const [code, , err] = await ended(child);
  expect([code, err]).toEqual([2, "error: unknown option '--colour'\n(see --help)\n"]);
});

test('Ctrl-C during the split removes the alias and keeps live as it is', async () => {
  account = await Account.start({ versions: 2 });
  const invoked = Promise.withResolvers<void>();
  account.onInvoke = (report) => {
    invoked.resolve();
    return report;
  };
  const child = start();
  const end = ended(child);
  await invoked.promise;
  expect(account.functions.getAlias(FUNCTION, 'doctor')).toMatchObject({ version: '1', weights: { 2: 0.5 } });
  // Twice, as npm passes it on.
  child.kill('SIGINT');
  child.kill('SIGINT');
  const [code, out] = await end;
  expect(code).toBe(1);
  expect(out).toMatch(/^ok {7}clean-up +removed: upload of count-cars, alias doctor of count-cars$/m);
  expect(out).toContain('\ninterrupted: the other checks did not run\n');
  expect(() => account.functions.getAlias(FUNCTION, 'doctor')).toThrow('Cannot find alias');
  expect(account.functions.getAlias(FUNCTION, 'live')).toMatchObject({ version: '1', weights: {} });
});

test('Ctrl-C while a result is awaited removes the upload', async () => {
  account = await Account.start();
  const queried = Promise.withResolvers<void>();
  account.replies['GET /count-cars/predictions/0198-2'] = () => {
    queried.resolve();
    return { status: 202, body: '{"status":"processing"}' };
  };
  const child = start();
  const end = ended(child);
  await queried.promise;
  child.kill('SIGTERM');
  const [code, out] = await end;
  expect(code).toBe(1);
  expect(out).toMatch(/^ok {7}clean-up +removed: upload of count-cars$/m);
  expect(account.deleted).toEqual(['/bucket/uploads/count-cars/id=0198-2']);
});
