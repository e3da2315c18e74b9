/** Parts of a release: deployment, traffic by weight, metrics, state machines, custom resources. */

import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, GetMetricDataCommand, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { GetAliasCommand, InvokeCommand, LambdaClient, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { alias, att, fn, httpApi, ref, type StackDescription, version } from './fixtures/assembly.ts';
import { EmulatorProcess } from './fixtures/emulator-process.ts';

const FUNCTION = 'Release-Probe';

/** A deployment: `release` is in the function's settings, and in the version's logical id as the CDK does it. */
function release(release: string, more: Record<string, object> = {}): StackDescription[] {
  const resources = {
    Probe: fn('probe', {}, { RELEASE: release }),
    [`Version${release}`]: { ...version('Probe'), DeletionPolicy: 'Retain' },
    Live: { ...alias('Probe', 'live', '1'), DependsOn: `Version${release}` },
    Candidate: alias('Probe', 'candidate', att(`Version${release}`, 'Version')),
    Custom: fn('custom'),
    ...httpApi({ 'POST /live': ref('Live'), 'POST /candidate': ref('Candidate') }),
    Ticker: fn('ticker'),
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { DefinitionString: { 'Fn::Sub': [DEFINITION, { Task: att('Ticker', 'Arn') }] } },
    },
    ...more,
  };
  return [{ name: 'Release', resources, outputs: { Function: { Value: ref('Probe') } } }];
}

const DEFINITION = JSON.stringify({
  StartAt: 'Tick',
  States: {
    Tick: {
      Type: 'Task',
      Resource: '$' + '{Task}',
      Parameters: { 'name.$': '$$.Execution.Name', 'state.$': '$' },
      Retry: [{ ErrorEquals: ['Passing'], IntervalSeconds: 30, MaxAttempts: 2, BackoffRate: 2 }],
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Abandoned' }],
      Next: 'Ended?',
    },
    'Ended?': {
      Type: 'Choice',
      Choices: [
        { Variable: '$.next', StringEquals: 'wait', Next: 'Wait' },
        { Variable: '$.next', StringEquals: 'succeed', Next: 'Done' },
      ],
      Default: 'Failed',
    },
    Wait: { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'Tick' },
    Done: { Type: 'Succeed' },
    Failed: { Type: 'Fail', ErrorPath: '$.error', CausePath: '$.cause' },
    Abandoned: { Type: 'Fail', Error: 'Abandoned', Cause: 'the tick failed' },
  },
});

let emulator: EmulatorProcess;
let lambda: LambdaClient;
let machines: SFNClient;
let cloudWatch: CloudWatchClient;

beforeAll(async () => {
  emulator = await EmulatorProcess.start(release('A'), ['--speed', '600']);
  lambda = new LambdaClient(emulator.client);
  machines = new SFNClient(emulator.client);
  cloudWatch = new CloudWatchClient(emulator.client);
});

afterAll(() => emulator?.stop());

const see = async (Qualifier: string) => {
  const { Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: FUNCTION, Qualifier, Payload: '{"act":"see"}' }),
  );
  return JSON.parse(Payload?.transformToString() ?? '');
};

const route = async (path: string) => {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(emulator.url + path, { method: 'POST', headers, body: '{"act":"see"}' })).json() as Promise<{
    functionVersion: string;
    env: Record<string, string>;
  }>;
};

describe('a deployment to the running emulator', () => {
  test('publishes a version and moves the candidate alias, not the live one', async () => {
    const printed = emulator.deploy(release('B'));
    expect(printed.split('\n').map((line) => line.trim())).toEqual([
      'Release',
      'updated  Lambda Function Probe',
      'created  Lambda Version 2',
      'updated  Lambda Alias candidate → version 2',
      'kept  Lambda Version 1',
      '',
    ]);
    expect(await route('/live')).toMatchObject({ functionVersion: '1', env: { RELEASE: 'A' } });
    expect(await route('/candidate')).toMatchObject({ functionVersion: '2', env: { RELEASE: 'B' } });
  });

  test('without a change changes nothing', () => {
    expect(emulator.deploy(release('B'))).toBe('no changes\n');
  });

  test('does not move an alias back that was moved by UpdateAlias', async () => {
    await lambda.send(new UpdateAliasCommand({ FunctionName: FUNCTION, Name: 'live', FunctionVersion: '2' }));
    emulator.deploy(release('C'));
    expect(await lambda.send(new GetAliasCommand({ FunctionName: FUNCTION, Name: 'live' }))).toMatchObject({
      FunctionVersion: '2',
    });
    expect((await see('candidate')).functionVersion).toBe('3');
  });

  test('adds and removes routes', async () => {
    const call = () => fetch(`${emulator.url}/extra`, { method: 'POST', body: '{}' });
    emulator.deploy(
      release('C', {
        Extra: {
          Type: 'AWS::ApiGatewayV2::Route',
          Properties: {
            ApiId: ref('Api'),
            RouteKey: 'POST /extra',
            Target: { 'Fn::Join': ['', ['integrations/', ref('Integration0')]] },
          },
        },
      }),
    );
    expect((await call()).status).not.toBe(404);
    emulator.deploy(release('C'));
    expect((await call()).status).toBe(404);
  });

  test('that fails reports the reason', () => {
    const printed = emulator.deploy(release('C', { Odd: { Type: 'AWS::EC2::Instance' } }));
    expect(printed).toContain(
      'The deployment stopped: The resource type AWS::EC2::Instance (Release/Odd) is not supported by the emulator',
    );
  });
});

test('DescribeStacks returns the outputs of the stacks', async () => {
  const cloudFormation = new CloudFormationClient(emulator.client);
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'Release' }));
  expect(Stacks).toMatchObject([{ StackName: 'Release', Outputs: [{ OutputKey: 'Function', OutputValue: FUNCTION }] }]);
  const unknown = cloudFormation.send(new DescribeStacksCommand({ StackName: 'Other' }));
  await expect(unknown).rejects.toThrow('Stack with id Other does not exist');
});

test('traffic is split by the weight of the alias', async () => {
  const weights = { FunctionVersion: '1', RoutingConfig: { AdditionalVersionWeights: { '2': 0.2 } } };
  await lambda.send(new UpdateAliasCommand({ FunctionName: FUNCTION, Name: 'live', ...weights }));
  const requests = 400;
  const versions = await Promise.all(
    Array.from({ length: requests }, async () => (await route('/live')).functionVersion),
  );
  const share = versions.filter((one) => one === '2').length / requests;
  // Five standard deviations: a right split fails this once in two million runs.
  expect(Math.abs(share - 0.2)).toBeLessThan(5 * Math.sqrt((0.2 * 0.8) / requests));
  expect(new Set(versions)).toEqual(new Set(['1', '2']));
  await lambda.send(
    new UpdateAliasCommand({ FunctionName: FUNCTION, Name: 'live', RoutingConfig: { AdditionalVersionWeights: {} } }),
  );
  expect(await lambda.send(new GetAliasCommand({ FunctionName: FUNCTION, Name: 'live' }))).not.toHaveProperty(
    'RoutingConfig',
  );
});

describe('metrics', () => {
  const range = () => ({ StartTime: new Date(Date.now() - 3600_000), EndTime: new Date(Date.now() + 1000 * 3600_000) });
  const metric = (Namespace: string, MetricName: string, dimensions: Record<string, string>) => ({
    Namespace,
    MetricName,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  });

  /** Sum over all minutes. */
  async function sum(what: ReturnType<typeof metric>, Stat = 'Sum'): Promise<number> {
    const query = { Id: 'sum', MetricStat: { Metric: what, Period: 60, Stat } };
    const { MetricDataResults } = await cloudWatch.send(
      new GetMetricDataCommand({ MetricDataQueries: [query], ...range() }),
    );
    return (MetricDataResults?.[0]?.Values ?? []).reduce((a, b) => a + b, 0);
  }

  test('of invocations are counted by the alias and the version that ran', async () => {
    const errorsOf = metric('AWS/Lambda', 'Errors', {
      FunctionName: FUNCTION,
      Resource: `${FUNCTION}:candidate`,
      ExecutedVersion: '3',
    });
    const [errors, samples] = [await sum(errorsOf), await sum(errorsOf, 'SampleCount')];
    const call = (act: string) =>
      lambda.send(
        new InvokeCommand({ FunctionName: FUNCTION, Qualifier: 'candidate', Payload: JSON.stringify({ act }) }),
      );
    await call('see');
    await call('throw');
    expect([await sum(errorsOf), await sum(errorsOf, 'SampleCount')]).toEqual([errors + 1, samples + 2]);
    expect(await sum({ ...errorsOf, MetricName: 'Duration' })).toBeGreaterThan(0);
    const other = { FunctionName: FUNCTION, Resource: `${FUNCTION}:candidate`, ExecutedVersion: '9' };
    expect(await sum(metric('AWS/Lambda', 'Errors', other))).toBe(0);
  });

  test("of functions' own EMF lines are counted by their dimensions", async () => {
    const directive = {
      Namespace: 'Own',
      Dimensions: [['endpoint', 'version']],
      Metrics: [{ Name: 'Took', Unit: 'Milliseconds' }],
    };
    const own = {
      _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] },
      endpoint: 'count',
      version: '3',
      Took: [5, 15, 25, 35],
    };
    await lambda.send(
      new InvokeCommand({ FunctionName: FUNCTION, Payload: JSON.stringify({ act: 'emf', line: own }) }),
    );
    const took = metric('Own', 'Took', { version: '3', endpoint: 'count' });
    expect(await sum(took, 'TC(15:)')).toBe(2);
    expect(await sum(took)).toBe(80);
    expect(await sum(took, 'p50')).toBe(20);
  });

  test('that are invalid or not supported are rejected by their name', async () => {
    const send = (query: object) =>
      cloudWatch.send(new GetMetricDataCommand({ MetricDataQueries: [{ Id: 'a', ...query }], ...range() }));
    const stat = { Metric: metric('Own', 'Took', {}), Period: 61, Stat: 'Sum' };
    await expect(send({ MetricStat: stat })).rejects.toThrow('Period must be a multiple of 60 seconds, received 61');
    await expect(send({ Expression: 'SUM(METRICS())' })).rejects.toThrow(
      'The metric expression SUM(METRICS()) (GetMetricData a) is not supported',
    );
    const statistics = { Namespace: 'Own', MetricName: 'Took', Period: 60, Statistics: ['Sum' as const], ...range() };
    await expect(cloudWatch.send(new GetMetricStatisticsCommand(statistics))).rejects.toThrow(
      'The operation GetMetricStatistics (monitoring API) is not supported',
    );
  });
});

describe('a state machine', () => {
  const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:Release-Machine';
  const start = (input: object, name?: string) =>
    machines.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input), ...(name && { name }) }));
  const describeExecution = (executionArn: string | undefined) =>
    machines.send(new DescribeExecutionCommand({ executionArn }));

  async function ended(executionArn: string | undefined) {
    for (;;) {
      const execution = await describeExecution(executionArn);
      if (execution.status !== 'RUNNING') return execution;
    }
  }

  test('runs tasks and waits until it succeeds; the speed shortens the waits', async () => {
    const { executionArn } = await start({ goal: 3, end: 'succeed' }, 'first');
    const { status, output, startDate, stopDate } = await ended(executionArn);
    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(output ?? '')).toMatchObject({ count: 3, name: 'first' });
    // Two waits of a minute, by the fast clock of the dates.
    expect((stopDate?.getTime() ?? 0) - (startDate?.getTime() ?? 0)).toBeGreaterThanOrEqual(119_000);
  });

  test('that fails reports error and cause', async () => {
    const { executionArn } = await start({ goal: 1, end: 'fail' });
    expect(await ended(executionArn)).toMatchObject({ status: 'FAILED', error: 'Requested', cause: 'to fail' });
  });

  test('retries and catches errors of tasks', async () => {
    const retried = await start({ goal: 1, end: 'succeed', fault: 'Passing', times: 2 });
    expect(await ended(retried.executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    const caught = await start({ goal: 1, end: 'succeed', fault: 'Lasting', times: 99 });
    expect(await ended(caught.executionArn)).toMatchObject({ status: 'FAILED', error: 'Abandoned' });
  });

  test('is stopped at once', async () => {
    const { executionArn } = await start({ goal: 1e6, end: 'succeed' }, 'endless');
    const running = await machines.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
    expect(running.executions?.map(({ name }) => name)).toEqual(['endless']);
    await machines.send(new StopExecutionCommand({ executionArn, error: 'Superseded', cause: 'by version 3' }));
    expect(await describeExecution(executionArn)).toMatchObject({
      status: 'ABORTED',
      error: 'Superseded',
      cause: 'by version 3',
    });
    const { executions } = await machines.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
    expect(executions).toEqual([]);
  });

  test('starts once for each name', async () => {
    const input = { goal: 1e6, end: 'succeed' };
    const { executionArn } = await start(input, 'once');
    expect((await start(input, 'once')).executionArn).toBe(executionArn);
    await machines.send(new StopExecutionCommand({ executionArn }));
    await expect(start(input, 'once')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  test('that does not exist is an error', async () => {
    const unknown = new StartExecutionCommand({ stateMachineArn: `${stateMachineArn}-other` });
    await expect(machines.send(unknown)).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  });
});

describe('a custom resource', () => {
  const custom = (properties: object) => ({
    Made: { Type: 'Custom::Thing', Properties: { ServiceToken: att('Custom', 'Arn'), Name: 'n', ...properties } },
    Reader: fn('probe', {}, { REQUEST: att('Made', 'Request') }),
  });
  const request = async () => {
    const command = new InvokeCommand({ FunctionName: 'Release-Reader', Payload: '{"act":"see"}' });
    const { Payload } = await lambda.send(command);
    return JSON.parse(JSON.parse(Payload?.transformToString() ?? '').env.REQUEST);
  };

  test('is created, updated and removed by its function, with the events of CloudFormation', async () => {
    emulator.deploy(release('C', custom({ Size: 1, On: true })));
    expect(await request()).toMatchObject({
      RequestType: 'Create',
      PhysicalResourceId: 'made-n',
      ResourceProperties: { Name: 'n', Size: '1', On: 'true' },
    });
    emulator.deploy(release('C', custom({ Size: 2 })));
    expect(await request()).toMatchObject({
      RequestType: 'Update',
      PhysicalResourceId: 'made-n',
      ResourceProperties: { Size: '2' },
      old: { Size: '1', On: 'true' },
    });
    expect(emulator.deploy(release('C'))).toContain('removed  Custom Thing Made');
  });

  test.each([
    [{ Fail: 'no room' }, 'no room'],
    [{ Crash: 'yes' }, 'crashed'],
  ])('that fails (%j) stops the deployment', (properties, reason) => {
    expect(emulator.deploy(release('C', custom(properties)))).toMatch(
      new RegExp(`^The deployment stopped: Custom::Thing Made failed: .*${reason}`),
    );
    emulator.deploy(release('C'));
  });
});
