/** Checks that send requests to an endpoint, with each fault planted. */

import { checkRollback, pairOf } from '../../../cli/doctor/checks/split.ts';
import { checkUpload } from '../../../cli/doctor/checks/upload.ts';
import type { DoctorContext } from '../../../cli/doctor/context.ts';
import { goldenRequest } from '../../../cli/doctor/golden-request.ts';
import { Probe } from '../../../cli/doctor/probe.ts';
import { findEndpoints } from '../../../cli/rollout/deployed-endpoint.ts';
import { PROBE_ALIAS } from '../../../functions/contract.ts';
import { checkConfig } from '../../../lib/check-config.ts';
import { countEndpoint, predictEndpoint } from '../../../lib/config.ts';
import type { DeployedStack } from '../../../local/cloudformation/deployment.ts';
import { AwsError } from '../../../local/protocol/aws-error.ts';
import type { Service } from '../../../local/protocol/service.ts';
import { Account, FUNCTION, PREDICTION, RESULT } from './fixtures/account.ts';
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

describe('a prediction', () => {
  const answer = (status: number, body: object | string) => {
    account.replies['POST /count-cars'] = () => ({
      status,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  };

  test.each([
    [401, 'Unauthorized', /API_TOKEN/],
    [403, 'Forbidden', /OperatorPolicy/],
    [404, 'Not Found', /npm run deploy/],
    [429, 'Too Many Requests', /throttle/],
    [503, 'Service Unavailable', /aws logs tail .*--function-name prod-CountCars-Detector/],
  ])('status %d', async (status, message, remedy) => {
    answer(status, { message });
    const [words, advice] = (await rowsOf(account))['prediction count-cars'] ?? [];
    expect(words).toBe(`failed: POST /count-cars is answered by ${status} (${message})`);
    expect(advice).toMatch(remedy);
  });

  test('a wrong count', async () => {
    answer(200, { ...PREDICTION, count: 2 });
    expect((await rowsOf(account))['prediction count-cars']).toEqual([
      expect.stringMatching(/^failed: counted 2 in cars.jpg in [\d.]+ s, by version 1; expected 3$/),
      'remedy: npm run model -- check counter-nano, then: npm run rollout -- rollback count-cars',
    ]);
  });

  test('another model has another count', async () => {
    answer(200, { ...PREDICTION, count: 2, model: { ...PREDICTION.model, version: '0.9.0', sha256: 'a' } });
    expect((await rowsOf(account))['prediction count-cars']?.[0]).toMatch(
      /^ok: counted 2 .*; its model counter-nano 0.9.0 is not the one in the settings$/,
    );
  });

  test('an answer that is none', async () => {
    answer(200, '<html>');
    expect((await rowsOf(account))['prediction count-cars']?.[0]).toBe(
      'failed: the answer for cars.jpg is not a prediction',
    );
  });

  test('an address that does not answer', async () => {
    const other = await Account.start();
    const ApiUrl = other.url;
    other.close();
    const platform = account.stacks.get('prod-Platform') as DeployedStack;
    account.stacks.set('prod-Platform', { ...platform, outputs: new Map([['ApiUrl', ApiUrl]]) });
    const [words, remedy] = (await rowsOf(account))['prediction count-cars'] ?? [];
    expect(words).toMatch(/^failed: no connection: /);
    expect(remedy).toBe('remedy: check the network, and the region: aws configure get region');
  });

  test('a human answers', async () => {
    const { id, endpoint, created_at, image } = PREDICTION;
    answer(200, { id, endpoint, created_at, image, status: 'undecided', count: null });
    expect((await rowsOf(account))['prediction count-cars']?.[0]).toMatch(/^ok: stored for a human in [\d.]+ s$/);
  });

  test('an endpoint of all labels names the model; own thresholds expect no count', async () => {
    const settings = checkConfig({
      name: 'prod',
      endpoints: [
        predictEndpoint({ name: 'predict', models: ['counter-nano'] }),
        countEndpoint({ name: 'count-cars', model: 'counter-nano', labels: ['car'], confidence: 0.3 }),
      ],
    });
    const [predict, cars] = settings.endpoints;
    if (!predict || !cars) throw new Error('Expected two endpoints');
    expect(await goldenRequest(settings, predict)).toMatchObject({ picture: 'apples.jpg', count: 5 });
    const without = await goldenRequest(settings, cars);
    expect([without.picture, without.contentType, without.count]).toEqual(['cars.jpg', 'image/jpeg', undefined]);
  });

  test('a token is not sent where the API expects signatures', async () => {
    expect((await rowsOf(account, { token: 'abc' }))['prediction count-cars']?.[0]).toMatch(/^ok/);
  });

  test('a token is required', async () => {
    const { deployment } = contextOf(account);
    const auth = { type: 'jwt', issuer: 'https://issuer.example.com', audience: ['us'] } as const;
    const changed = { ...deployment, api: { ...deployment.api, auth } };
    const rows = await rowsOf(account, { deployment: changed });
    const reason = 'skipped: the API expects tokens of callers: set API_TOKEN to one';
    expect([rows['prediction count-cars'], rows['upload count-cars']]).toEqual([[reason], [reason]]);
  });
});

describe('an upload', () => {
  test('the ticket is refused', async () => {
    account.replies['POST /count-cars/uploads'] = () => ({ status: 403, body: '{"message":"Forbidden"}' });
    const rows = await rowsOf(account);
    expect(rows['upload count-cars']?.[0]).toBe('failed: POST /count-cars/uploads is answered by 403 (Forbidden)');
    expect(rows['clean-up']).toEqual(['ok: nothing to remove']);
  });

  test('the bucket refuses the picture', async () => {
    account.replies['POST /bucket'] = () => ({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' });
    expect((await rowsOf(account))['upload count-cars']).toEqual([
      'failed: the bucket refuses the picture: 403 AccessDenied',
      expect.stringContaining('npm run deploy'),
    ]);
  });

  test('it is rejected', async () => {
    const rejection = { status: 'rejected', problem: { detail: 'Expected a picture, received 0 bytes' } };
    account.replies[RESULT] = () => ({ status: 200, body: JSON.stringify(rejection) });
    expect((await rowsOf(account))['upload count-cars']?.[0]).toBe(
      'failed: the upload was rejected: Expected a picture, received 0 bytes',
    );
  });
});

test('no result of an upload within the time', async () => {
  account.replies[RESULT] = () => ({ status: 202, body: '{"status":"processing"}' });
  const context = contextOf(account);
  const [deployed] = await findEndpoints(context.clients, 'prod');
  const [settings] = context.deployment.endpoints;
  if (!deployed || !settings) throw new Error('Expected the endpoint count-cars, received none');
  expect(await checkUpload(context, { settings, deployed }, { mostMs: 0, everyMs: 1 })).toMatchObject({
    outcome: 'failed',
    words: 'no result within 0 s',
    remedy: expect.stringContaining('docs/runbook.md'),
  });
  expect(account.deleted).toEqual(['/bucket/uploads/count-cars/id=0198-2']);
});

test('an alias of the doctor that does not exist is no error, where deleting it is one', async () => {
  await withTwoVersions();
  const lambda = account.services.lambda as Service;
  account.services.lambda = (request) => {
    const isMissing = account.functions.listAliases(FUNCTION).every(({ name }) => name !== PROBE_ALIAS);
    if (request.method !== 'DELETE' || !isMissing) return lambda(request);
    throw new AwsError('ResourceNotFoundException', 404, 'Alias not found');
  };
  const rows = await rowsOf(account);
  expect(rows.split?.[0]).toMatch(/: version 1: \d+, version 2: \d+ of 200 at 50 %/);
  expect(rows['clean-up']?.[0]).toContain('alias doctor of count-cars');
});

describe('a rollback', () => {
  /** A probe of version 2 on an account in which it answers so often after the rollback. */
  async function probeOf(lateAnswers: number): Promise<[DoctorContext, Probe]> {
    await withTwoVersions();
    const context = contextOf(account);
    const [deployed] = await findEndpoints(context.clients, 'prod');
    const pair = deployed && (await pairOf(deployed));
    if (!pair) throw new Error('Expected an endpoint with two versions, received none');
    const probe = await Probe.create(context, deployed, { ...pair, share: 0.5 });
    let late = 0;
    account.onInvoke = (report) => {
      if (late >= lateAnswers) return report;
      late += 1;
      return { ...report, destination: { ...report.destination, version: account.functions.version(FUNCTION, '2') } };
    };
    return [context, probe];
  }

  test('late answers are counted', async () => {
    expect(await checkRollback(...(await probeOf(5)))).toMatchObject({
      outcome: 'ok',
      words: expect.stringMatching(/ s until version 1 answered alone; 5 late answers$/),
    });
  });

  test('it does not take effect', async () => {
    const [context, probe] = await probeOf(Number.POSITIVE_INFINITY);
    expect(await checkRollback(context, probe, 0)).toMatchObject({
      outcome: 'failed',
      words: 'version 2 still answers 0 s after UpdateAlias',
      remedy: 'npm run doctor; if it repeats, report it to AWS Support',
    });
  });
});

describe('the split', () => {
  test('one version is not enough', async () => {
    const reason = 'skipped: no endpoint has two versions yet: change a setting or a model, then npm run deploy';
    expect(await rowsOf(account)).toMatchObject({ split: [reason], rollback: [reason] });
  });

  test('all invocations reach one version', async () => {
    await withTwoVersions();
    account.onInvoke = (report) => ({
      ...report,
      destination: { ...report.destination, version: account.functions.version(FUNCTION, '1') },
    });
    const rows = await rowsOf(account);
    expect(rows.split).toEqual([
      'failed: version 1: 200, version 2: 0 of 200 at 50 %; 73 to 127 are likely',
      expect.stringContaining('blueGreen()'),
    ]);
    expect(rows.rollback).toEqual(['skipped: needs a measured split']);
    expect(rows['clean-up']?.[0]).toContain('alias doctor of count-cars');
  });

  test('a version that fails every request', async () => {
    await withTwoVersions();
    account.onInvoke = (report) =>
      report.destination.version.version === '2'
        ? { ...report, failed: true, payload: '{"errorType":"Load"}' }
        : report;
    expect((await rowsOf(account)).split).toEqual([
      expect.stringMatching(/^failed: version 2 fails: \d+ of 200 invocations, Unhandled: \{"errorType":"Load"\}$/),
      'remedy: npm run deploy',
    ]);
  });

  test('no right to create the alias', async () => {
    await withTwoVersions();
    const own = account.services.lambda;
    account.services.lambda = async (request) => {
      const isCreate = request.method === 'POST' && request.path.endsWith('/aliases');
      if (isCreate) return { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' }, body: '{}' };
      return own?.(request) ?? { status: 500 };
    };
    expect((await rowsOf(account)).split).toEqual([
      expect.stringContaining('AccessDeniedException'),
      expect.stringContaining('OperatorPolicy'),
    ]);
  });
});
