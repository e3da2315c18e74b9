/** Versions and aliases by Lambda's own client, and traffic by weight. */

import {
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import type { FunctionConfig } from '../../../local/lambda/function-types.ts';
import { Functions } from '../../../local/lambda/functions.ts';
import { alias, att, fn, version } from '../fixtures/assembly.ts';
import { EmulatorProcess } from '../fixtures/emulator-process.ts';

const CONFIG: FunctionConfig = {
  name: 'f',
  handler: 'index.handler',
  runtime: 'nodejs24.x',
  code: '/code/a',
  codeSha256: 'a',
  layers: [],
  environment: {},
  memoryMb: 128,
  timeoutSeconds: 3,
  architecture: 'x86_64',
  role: 'role',
  description: '',
  logFormat: 'Text',
};

/** Two published versions and an alias with 30 % on the second. @param random as in `Functions` */
function twoVersions(random: () => number): Functions {
  const functions = new Functions('arn:aws:lambda:us-east-1:000000000000', { random });
  functions.define(CONFIG);
  functions.publish('f');
  functions.define({ ...CONFIG, code: '/code/b' });
  functions.publish('f');
  functions.setAlias('f', 'live', { version: '1', weights: { '2': 0.3 } });
  return functions;
}

describe('the control plane', () => {
  test.each([
    [0, '2'],
    [0.2999, '2'],
    [0.3, '1'],
    [0.9999, '1'],
  ])('a draw of %d goes to version %s', (draw, expected) => {
    expect(twoVersions(() => draw).route('f:live').version.version).toBe(expected);
  });

  test('a weight of 1 gets all invocations and a weight of 0 none', () => {
    const functions = twoVersions(() => 0.999_999);
    functions.setAlias('f', 'live', { weights: { '2': 1 } });
    expect(functions.route('f:live').version.version).toBe('2');
    const lowest = twoVersions(() => 0);
    lowest.setAlias('f', 'live', { weights: { '2': 0 } });
    expect(lowest.route('f:live').version.version).toBe('1');
  });

  test('a published version keeps its code and settings', () => {
    const functions = twoVersions(Math.random);
    functions.define({ ...CONFIG, code: '/code/c', memoryMb: 512 });
    expect(functions.version('f', '1')).toMatchObject({ code: '/code/a', memoryMb: 128 });
    expect(functions.version('f', '$LATEST')).toMatchObject({ code: '/code/c', memoryMb: 512 });
  });

  test('publishing without a change returns the newest version', () => {
    const functions = twoVersions(Math.random);
    expect(functions.publish('f').version).toBe('2');
    functions.define({ ...CONFIG, code: '/code/b', environment: { A: '1' } });
    expect(functions.publish('f').version).toBe('3');
  });
});

describe('by the API', () => {
  let emulator: EmulatorProcess;
  let lambda: LambdaClient;
  const FunctionName = 'Aliases-Probe';

  beforeAll(async () => {
    const resources = {
      Probe: fn('probe'),
      Version: version('Probe', 'the first'),
      Live: alias('Probe', 'live', '1'),
      Candidate: alias('Probe', 'candidate', att('Version', 'Version')),
    };
    const stacks = [
      { name: 'Aliases', resources: { ...resources, Live: { ...resources.Live, DependsOn: 'Version' } } },
    ];
    emulator = await EmulatorProcess.start(stacks);
    lambda = new LambdaClient(emulator.client);
  });

  afterAll(() => emulator?.stop());

  const getAlias = () => lambda.send(new GetAliasCommand({ FunctionName, Name: 'live' }));
  const update = (change: object) => lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', ...change }));

  test('an update with the current revision changes the alias', async () => {
    const before = await getAlias();
    expect(before).toMatchObject({
      Name: 'live',
      FunctionVersion: '1',
      Description: '',
      AliasArn: expect.stringMatching(/:Aliases-Probe:live$/),
    });
    const after = await update({ RevisionId: before.RevisionId, Description: 'before: 0' });
    expect(after).toMatchObject({ FunctionVersion: '1', Description: 'before: 0' });
    expect(after.RevisionId).not.toBe(before.RevisionId);
    expect(await getAlias()).toMatchObject({ RevisionId: after.RevisionId, Description: 'before: 0' });
  });

  test('an update with another revision fails and changes nothing', async () => {
    const before = await getAlias();
    await expect(
      update({ RevisionId: '00000000-0000-4000-8000-000000000000', Description: 'mine' }),
    ).rejects.toMatchObject({
      name: 'PreconditionFailedException',
      $metadata: { httpStatusCode: 412 },
    });
    expect(await getAlias()).toMatchObject({ RevisionId: before.RevisionId, Description: before.Description });
  });

  test.each([
    [{ FunctionVersion: '9' }, 'ResourceNotFoundException'],
    [{ RoutingConfig: { AdditionalVersionWeights: { '9': 0.1 } } }, 'ResourceNotFoundException'],
    [{ RoutingConfig: { AdditionalVersionWeights: { '1': 0.1 } } }, 'InvalidParameterValueException'],
    [{ RoutingConfig: { AdditionalVersionWeights: { $LATEST: 0.1 } } }, 'InvalidParameterValueException'],
    [{ RoutingConfig: { AdditionalVersionWeights: { '1': 0.1, '2': 0.1 } } }, 'InvalidParameterValueException'],
  ])('the update %j fails with %s', async (change, name) => {
    await expect(update(change)).rejects.toMatchObject({ name });
  });

  test('versions and configuration are returned as by AWS', async () => {
    const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }));
    expect(Versions.map(({ Version }) => Version)).toEqual(['$LATEST', '1']);
    expect(Versions[1]).toMatchObject({
      Description: 'the first',
      Runtime: 'nodejs24.x',
      MemorySize: 256,
      State: 'Active',
    });
    const page = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName, MaxItems: 1 }));
    const rest = { FunctionName, MaxItems: 1, Marker: page.NextMarker };
    const next = await lambda.send(new ListVersionsByFunctionCommand(rest));
    expect([page, next].flatMap((one) => one.Versions ?? []).map(({ Version }) => Version)).toEqual(['$LATEST', '1']);
    expect(next.NextMarker).toBeUndefined();
    const configuration = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: 'live' }));
    expect(configuration).toMatchObject({ Version: '1', FunctionArn: expect.stringMatching(/:live$/) });
  });

  test('an unknown alias is an error', async () => {
    await expect(lambda.send(new GetAliasCommand({ FunctionName, Name: 'blue' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test('response and function both receive the version', async () => {
    const invoked = await lambda.send(new InvokeCommand({ FunctionName, Qualifier: 'live', Payload: '{"act":"see"}' }));
    expect(invoked.ExecutedVersion).toBe('1');
    expect(JSON.parse(invoked.Payload?.transformToString() ?? '')).toMatchObject({
      functionVersion: '1',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:Aliases-Probe:live',
    });
  });

  test('operations that are not supported are rejected by their name', async () => {
    await expect(lambda.send(new DeleteFunctionCommand({ FunctionName }))).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('DeleteFunction without a version'),
    });
    const rejected = lambda.send(new GetPolicyCommand({ FunctionName }));
    await expect(rejected).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining(`GET /2015-03-31/functions/${FunctionName}/policy`),
    });
    await emulator.line(/^emulator {2}GET .* is not supported by the emulator/);
  });
});
