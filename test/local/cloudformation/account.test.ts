/** The services that describe the account, by their own clients: STS, Systems Manager, Lambda. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateAliasCommand,
  DeleteAliasCommand,
  GetAccountSettingsCommand,
  GetAliasCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ssmApi, stsApi } from '../../../local/cloudformation/account-api.ts';
import { UnsupportedError } from '../../../local/errors.ts';
import { lambdaApi } from '../../../local/lambda/api.ts';
import { Functions } from '../../../local/lambda/functions.ts';
import type { Lambda } from '../../../local/lambda/invoker.ts';
import { inProcess } from '../fixtures/in-process.ts';

test('the caller is a user of the account', async () => {
  const sts = new STSClient(inProcess(stsApi()));
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: '000000000000',
    Arn: 'arn:aws:iam::000000000000:user/laptop',
  });
});

describe('parameters', () => {
  const ssm = new SSMClient(inProcess(ssmApi()));
  const get = (Name: string, more = {}) => ssm.send(new GetParameterCommand({ Name, ...more }));

  test('the account is bootstrapped, and its region has the services', async () => {
    const { Parameter } = await get('/cdk-bootstrap/hnb659fds/version', { WithDecryption: true });
    expect(Parameter).toMatchObject({ Type: 'String', Value: '33', Version: 1 });
    const name = '/aws/service/global-infrastructure/services/lambda/regions/us-east-1';
    expect((await get(name)).Parameter).toMatchObject({ ARN: `arn:aws:ssm:us-east-1::parameter${name}` });
  });

  test('an unknown parameter is not found, an unknown input is rejected', async () => {
    await expect(get('/cdk-bootstrap/other/version')).rejects.toMatchObject({ name: 'ParameterNotFound' });
    const body = Buffer.from(JSON.stringify({ Name: 'a', Selector: '1' }));
    const headers = { 'x-amz-target': 'AmazonSSM.GetParameter' };
    const request = { method: 'POST', path: '/', query: new URLSearchParams(), headers, body };
    await expect(ssmApi()(request)).rejects.toThrow(UnsupportedError);
  });
});

describe("Lambda's account and aliases", () => {
  const folder = mkdtempSync(join(tmpdir(), 'code-'));
  writeFileSync(join(folder, 'index.js'), 'x'.repeat(1000));
  afterAll(() => rmSync(folder, { recursive: true }));
  const functions = new Functions('arn:aws:lambda:us-east-1:000000000000');
  const lambda = new LambdaClient(inProcess(lambdaApi({ functions } as Lambda)));
  const config = { name: 'f', handler: 'index.handler', runtime: 'nodejs24.x', code: folder, codeSha256: '' };
  const rest = {
    layers: [folder],
    memoryMb: 128,
    timeoutSeconds: 3,
    architecture: 'x86_64',
    role: '',
    description: '',
  };
  functions.define({ ...config, ...rest, environment: {}, logFormat: 'JSON' });
  functions.publish('f');
  functions.concurrency.reserve('f', 7);

  test('limits, reservations and the code of all versions', async () => {
    expect(await lambda.send(new GetAccountSettingsCommand({}))).toMatchObject({
      AccountLimit: {
        ConcurrentExecutions: 1000,
        UnreservedConcurrentExecutions: 993,
        TotalCodeSize: 80_530_636_800,
        CodeSizeUnzipped: 262_144_000,
        CodeSizeZipped: 52_428_800,
      },
      AccountUsage: { FunctionCount: 1, TotalCodeSize: 3000 },
    });
  });

  const create = (input: object) =>
    lambda.send(new CreateAliasCommand({ FunctionName: 'f', Name: 'own', FunctionVersion: '1', ...input }));
  const remove = (FunctionName: string) => lambda.send(new DeleteAliasCommand({ FunctionName, Name: 'own' }));

  test('an alias is created once, and deleted any number of times', async () => {
    expect(await create({ Description: 'mine' })).toMatchObject({
      $metadata: { httpStatusCode: 201 },
      AliasArn: 'arn:aws:lambda:us-east-1:000000000000:function:f:own',
      Description: 'mine',
    });
    await expect(create({})).rejects.toMatchObject({
      name: 'ResourceConflictException',
      message: 'Alias already exists: arn:aws:lambda:us-east-1:000000000000:function:f:own',
    });
    expect(await remove('f')).toMatchObject({ $metadata: { httpStatusCode: 204 } });
    expect(await remove('f')).toMatchObject({ $metadata: { httpStatusCode: 204 } });
    const read = lambda.send(new GetAliasCommand({ FunctionName: 'f', Name: 'own' }));
    await expect(read).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(remove('g')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test.each([
    [{ FunctionVersion: '9' }, 'ResourceNotFoundException'],
    [{ FunctionVersion: undefined }, 'InvalidParameterValueException'],
    [{ Name: '12' }, 'InvalidParameterValueException'],
    [{ RoutingConfig: { AdditionalVersionWeights: { '1': 0.5 } } }, 'InvalidParameterValueException'],
  ])('an alias with %j is refused as %s', async (input, name) => {
    await expect(create(input)).rejects.toMatchObject({ name });
  });
});
