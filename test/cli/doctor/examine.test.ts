/** All checks on an account of this process: green, and with each fault planted. */

import { costPerMillion } from '../../../lib/cost.ts';
import { Account, FUNCTION, RESULT } from './fixtures/account.ts';
import { contextOf, rowsOf } from './fixtures/context.ts';

let account: Account;
beforeEach(async () => {
  account = await Account.start();
});
afterEach(() => account.close());

/** The account with a second version, so that a split is measured. */
async function withTwoVersions(): Promise<void> {
  account.close();
  account = await Account.start({ versions: 2 });
}

test('a sound account is green, and nothing of the checks stays', async () => {
  await withTwoVersions();
  // As a killed run leaves it.
  account.functions.createAlias(FUNCTION, 'doctor', { version: '2' });
  const { [RESULT]: done = () => ({}) } = account.replies;
  account.replies[RESULT] = () => {
    account.replies[RESULT] = done;
    return { status: 202, body: '{"status":"processing"}' };
  };
  // The account has 1000 of each metric.
  const { requests, milliseconds } = costPerMillion({ memoryMb: 1769, arch: 'arm64', capture: 1 });
  const dollars = (1000 * (requests + milliseconds)) / 1e6;
  expect(await rowsOf(account)).toEqual({
    region: ['ok: us-east-1'],
    credentials: ['ok: an IAM user'],
    services: ['ok: Lambda, API Gateway'],
    bootstrap: ['ok: version 33, at least 6 is required'],
    concurrency: ['ok: 1000 of 1000 concurrent invocations are unreserved, uploads take 5 at most'],
    memory: ['ok: 1769 MB at most, a new account allows 3008'],
    'code storage': ['ok: 0.00 of 75 GB are used by all versions and layers'],
    stacks: ['ok: 2 stacks are complete'],
    'aliases count-cars': ['ok: live: version 1: 100 %; candidate: version 2'],
    'prediction count-cars': [
      expect.stringMatching(/^ok: counted 3 in cars.jpg in [\d.]+ s, by version 1, as expected$/),
    ],
    'upload count-cars': [expect.stringMatching(/^ok: counted 3 in cars.jpg in [\d.]+ s, by version 1, as expected$/)],
    split: [expect.stringMatching(/^ok: version 1: \d+, version 2: \d+ of 200 at 50 %; 73 to 127 are likely$/)],
    rollback: [expect.stringMatching(/^ok: [\d.]+ s until version 1 answered alone; \d late answers$/)],
    costs: [
      expect.stringMatching(
        `^ok: about \\$${dollars.toFixed(2)} for 1000 requests since \\d{4}-\\d\\d-01, at list prices`,
      ),
    ],
    'clean-up': ['ok: removed: upload of count-cars, alias doctor of count-cars'],
  });
  expect(account.functions.getAlias(FUNCTION, 'live')).toMatchObject({ version: '1', weights: {} });
  expect(() => account.functions.getAlias(FUNCTION, 'doctor')).toThrow('Cannot find alias');
  expect(account.deleted).toEqual(['/bucket/uploads/count-cars/id=0198-2']);
});

test('--before checks the account alone', async () => {
  const checks = Object.keys(await rowsOf(account, {}, true));
  expect(checks.slice(-2)).toEqual(['code storage', 'clean-up']);
});

test('before the first deployment the rest is skipped with its reason', async () => {
  account.stacks.clear();
  const rows = await rowsOf(account);
  expect(rows.stacks).toEqual(['skipped: nothing is deployed yet: npm run deploy']);
  expect(rows).not.toHaveProperty('costs');
});

describe('credentials and region', () => {
  test('no region', async () => {
    const clients = contextOf(account).clients;
    clients.sts.config.region = async () => {
      throw new Error('Region is missing');
    };
    const rows = await rowsOf(account, { clients });
    expect(rows.region).toEqual([
      'failed: no region is set',
      'remedy: export AWS_REGION=us-east-1 (or the region of your choice)',
    ]);
    expect(rows.memory).toEqual(['skipped: needs a region']);
  });

  test.each([
    ['ExpiredToken', 'aws sso login'],
    ['InvalidClientTokenId', expect.stringContaining('aws sts get-caller-identity')],
    ['AccessDenied', expect.stringContaining('OperatorPolicy')],
  ])('%s', async (code, remedy) => {
    account.refuse('sts', code);
    const rows = await rowsOf(account);
    expect(rows.credentials).toEqual([expect.stringContaining(`failed: ${code}`), expect.anything()]);
    expect(rows.credentials?.[1]?.replace('remedy: ', '')).toEqual(remedy);
    expect(rows.bootstrap).toEqual(['skipped: needs credentials']);
  });

  test('no credentials', async () => {
    const { clients } = contextOf(account);
    clients.sts.config.credentials = async () => {
      throw Object.assign(new Error('none found'), { name: 'CredentialsProviderError' });
    };
    expect((await rowsOf(account, { clients })).credentials).toEqual([
      'failed: Expected AWS credentials, received none: none found. For the local emulator, add --local.',
      'remedy: aws configure sso, then: export AWS_PROFILE=<name>',
    ]);
  });

  test.each([
    ['arn:aws:iam::1:root', /^warning: the root user/],
    ['arn:aws:sts::1:assumed-role/deploy/ann', /^ok: an assumed role$/],
  ])('%s', async (arn, expected) => {
    account.services.sts = async () => ({
      status: 200,
      body: `<R><GetCallerIdentityResult><Arn>${arn}</Arn></GetCallerIdentityResult></R>`,
    });
    expect((await rowsOf(account, {}, true)).credentials?.[0]).toMatch(expected);
  });
});

/** Lets Systems Manager answer these parameters. */
function parameters(values: Readonly<Record<string, string>>): void {
  account.services.ssm = async ({ body }) => {
    const { Name } = JSON.parse(body.toString()) as { Name: string };
    const [, value] = Object.entries(values).find(([part]) => Name.includes(part)) ?? [];
    if (value === undefined) return { status: 400, body: JSON.stringify({ __type: 'ParameterNotFound' }) };
    return { status: 200, body: JSON.stringify({ Parameter: { Name, Value: value } }) };
  };
}

describe('the account', () => {
  test('a region without API Gateway', async () => {
    parameters({ 'lambda/regions': 'yes', 'apigateway/regions/us-east-1': 'yes', bootstrap: '33' });
    const { clients } = contextOf(account);
    clients.sts.config.region = async () => 'eu-west-9';
    expect((await rowsOf(account, { clients }, true)).services).toEqual([
      'failed: eu-west-9 has no API Gateway',
      'remedy: export AWS_REGION=us-east-1 (or another region)',
    ]);
  });

  test('a list without the services is no evidence', async () => {
    parameters({ bootstrap: '33' });
    const { services } = await rowsOf(account, {}, true);
    expect(services).toEqual(['skipped: Systems Manager does not list the services of regions']);
  });

  test('not bootstrapped, and bootstrapped long ago', async () => {
    parameters({ services: 'us-east-1' });
    const remedy = 'remedy: npx cdk bootstrap';
    const without = await rowsOf(account, {}, true);
    expect(without.bootstrap).toEqual(['failed: the CDK is not bootstrapped in this account and region', remedy]);
    parameters({ services: 'us-east-1', bootstrap: '5' });
    const old = await rowsOf(account, {}, true);
    expect(old.bootstrap).toEqual(['failed: version 5, at least 6 is required', remedy]);
  });

  test('quotas that cannot be read', async () => {
    account.refuse('lambda', 'AccessDeniedException');
    const rows = await rowsOf(account, {}, true);
    for (const check of ['concurrency', 'memory', 'code storage']) {
      expect(rows[check]).toEqual([
        expect.stringContaining('failed: AccessDeniedException'),
        expect.stringContaining('OperatorPolicy'),
      ]);
    }
  });
});

test('an account of ten concurrent invocations', async () => {
  account.close();
  account = await Account.start({ concurrency: 10 });
  const { deployment } = contextOf(account);
  const endpoints = [...deployment.endpoints, ...deployment.endpoints];
  const rows = await rowsOf(account, { deployment: { ...deployment, endpoints } }, true);
  expect(rows.concurrency).toEqual([
    expect.stringMatching(/^warning: 10 of 10 .*, uploads take 10 at most; callers and rollouts need 4 more$/),
    expect.stringMatching(
      /^remedy: aws service-quotas request-service-quota-increase .*L-B99A9384 .*uploadConcurrency/,
    ),
  ]);
});

describe('stacks', () => {
  const become = (name: string, status: string) =>
    account.stacks.set(name, { status, outputs: account.stacks.get(name)?.outputs ?? new Map() });

  test.each([
    ['ROLLBACK_COMPLETE', 'failed', /delete-stack --stack-name prod-CountCars, then: npm run deploy$/],
    ['UPDATE_ROLLBACK_FAILED', 'failed', /continue-update-rollback --stack-name prod-CountCars/],
    ['UPDATE_IN_PROGRESS', 'warning', /wait until the deployment ends/],
    ['UPDATE_ROLLBACK_COMPLETE', 'warning', /describe-stack-events --stack-name prod-CountCars/],
  ])('%s', async (status, outcome, remedy) => {
    become('prod-CountCars', status);
    const rows = await rowsOf(account);
    expect(rows.stacks?.[0]).toMatch(new RegExp(`^${outcome}: .*prod-CountCars is ${status}$`));
    expect(rows.stacks?.[1]).toMatch(remedy);
    const isUsable = status === 'UPDATE_ROLLBACK_COMPLETE';
    expect(rows['prediction count-cars']?.[0]).toMatch(isUsable ? /^ok/ : /^skipped: its stack is not complete$/);
  });

  test.each([
    ['missing', () => account.stacks.delete('prod-CountCars')],
    ['of a change set that nobody executed', () => become('prod-CountCars', 'REVIEW_IN_PROGRESS')],
  ])('one is %s', async (_, plant) => {
    plant();
    expect((await rowsOf(account)).stacks).toEqual(['failed: not deployed: prod-CountCars', 'remedy: npm run deploy']);
  });

  test('they cannot be read', async () => {
    account.refuse('cloudformation', 'AccessDenied');
    const rows = await rowsOf(account);
    expect(rows.stacks).toEqual([expect.stringContaining('failed: AccessDenied'), expect.stringContaining('policy')]);
    expect(rows.bootstrap?.[0]).toMatch(/^ok/);
  });
});

describe('an alias', () => {
  test('a share that no rollout observes', async () => {
    await withTwoVersions();
    account.functions.setAlias(FUNCTION, 'live', { weights: { 2: 0.1 } });
    expect((await rowsOf(account))['aliases count-cars']).toEqual([
      'failed: version 1: 90 %, version 2: 10 %, and no rollout observes it',
      'remedy: npm run rollout -- rollback count-cars',
    ]);
  });
});

test('costs that cannot be read', async () => {
  account.refuse('monitoring', 'AccessDeniedException');
  expect((await rowsOf(account)).costs).toEqual([
    expect.stringContaining('failed: AccessDeniedException'),
    expect.stringContaining('OperatorPolicy'),
  ]);
});

test('a picture that cannot be removed names the command', async () => {
  account.refuse('s3', 'AccessDenied');
  const rows = await rowsOf(account);
  expect(rows['clean-up']).toEqual([
    expect.stringMatching(/^failed: upload of count-cars could not be removed: AccessDenied/),
    'remedy: aws s3 rm "s3://bucket/uploads/count-cars/id=0198-2"',
  ]);
});
