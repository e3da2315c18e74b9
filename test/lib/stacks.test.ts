import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { countEndpoint, jwt, none, predictEndpoint } from '../../lib/config.ts';
import { deployment } from '../../lib/endpoints.ts';
import { assemblyFolder, CARS, ONE_ENDPOINT, STACKS, type Synthesis, synthesize } from './synthesis.ts';

let shipped: Synthesis;
let changed: Synthesis;
let guarded: Synthesis;
let open: Synthesis;
beforeAll(() => {
  shipped = synthesize(deployment, { validate: true });
  changed = synthesize({ ...ONE_ENDPOINT, endpoints: [countEndpoint({ ...CARS, confidence: 0.6 })] });
  guarded = synthesize(
    {
      ...ONE_ENDPOINT,
      api: {
        auth: jwt({ issuer: 'https://issuer.example.com', audience: ['us'] }),
        cors: { origins: ['https://app.example.com'] },
      },
      alarmEmail: 'oncall@example.com',
    },
    { validate: true },
  );
  open = synthesize(
    { ...ONE_ENDPOINT, api: { auth: none() }, architecture: 'x86_64', tracing: true },
    { validate: true },
  );
}, 120_000);

test('there is a stack for the platform and one for each endpoint', () => {
  expect(shipped.stacks.toSorted()).toEqual(['CountApples', 'CountCars', 'CountPlants', 'Platform', 'Predict']);
});

test.each([
  ['shipped', () => shipped],
  ['guarded by tokens, with CORS and an alarm address', () => guarded],
  ['open', () => open],
])('cdk-nag has no finding in a deployment that is %s', (_, synthesis) => {
  expect(synthesis().nag()).toEqual([]);
});

test('the same settings give the same templates in another folder', () => {
  const again = synthesize(deployment, { folder: assemblyFolder() });
  expect(again.stacks).toEqual(shipped.stacks);
  for (const stack of shipped.stacks) expect(again.text(stack)).toEqual(shipped.text(stack));
});

describe('versions and aliases', () => {
  test.each(STACKS)('%s: live is version 1 in every template, created after the version', (stack) => {
    const live = shipped.resource(stack, 'AWS::Lambda::Alias', /Live/);
    expect(live.Properties).toEqual({
      Name: 'live',
      FunctionName: { Ref: shipped.resource(stack, 'AWS::Lambda::Function', /^Detector/).id },
      FunctionVersion: '1',
    });
    expect(live.DependsOn).toEqual([shipped.resource(stack, 'AWS::Lambda::Version').id]);
  });

  test('a change publishes a version and moves candidate, but not live', () => {
    const before = synthesize(ONE_ENDPOINT);
    const alias = (synthesis: Synthesis, id: RegExp) => synthesis.resource('CountCars', 'AWS::Lambda::Alias', id);
    const version = (synthesis: Synthesis) => synthesis.resource('CountCars', 'AWS::Lambda::Version');
    expect(version(changed).id).not.toEqual(version(before).id);
    for (const synthesis of [before, changed]) {
      const newest = { 'Fn::GetAtt': [version(synthesis).id, 'Version'] };
      expect(alias(synthesis, /Candidate/).Properties).toMatchObject({ Name: 'candidate', FunctionVersion: newest });
    }
    expect(alias(changed, /Live/).id).toEqual(alias(before, /Live/).id);
    expect(alias(changed, /Live/).Properties).toEqual(alias(before, /Live/).Properties);
  });

  test.each(STACKS)('%s: versions are retained, and the function has no fixed name', (stack) => {
    expect(shipped.resource(stack, 'AWS::Lambda::Version').DeletionPolicy).toBe('RetainExceptOnCreate');
    expect(shipped.resource(stack, 'AWS::Lambda::Function', /^Detector/).Properties).not.toHaveProperty('FunctionName');
  });
});

describe('functions', () => {
  test.each(STACKS)('%s: the code has the model packages, the layer has the native packages', (stack) => {
    const { Code, Layers, Runtime, Handler } = shipped.resource(stack, 'AWS::Lambda::Function', /^Detector/).Properties;
    const asset = join(shipped.folder, `asset.${Code.S3Key.replace('.zip', '')}`);
    expect(readdirSync(join(asset, 'models', 'counter-nano'))).toEqual(
      expect.arrayContaining(['golden', 'model.json', 'model.onnx']),
    );
    expect(existsSync(join(asset, 'models', 'counter-nano', 'MODEL_CARD.md'))).toBe(false);
    expect(readFileSync(join(asset, 'handler.js'), 'utf8')).toContain('require("onnxruntime-node")');
    // Lambda would load index.js instead of index.mjs, and not wait for the model.
    expect(existsSync(join(asset, 'index.js'))).toBe(false);
    const imports = readFileSync(join(asset, 'index.mjs'), 'utf8').matchAll(/from '([^']+)'/g);
    expect([...imports].map(([, module]) => module)).toEqual(['node:module']);
    expect(readFileSync(join(asset, 'package.json'), 'utf8')).toBe('{"type":"commonjs"}\n');
    expect({ Runtime, Handler }).toEqual({ Runtime: 'nodejs24.x', Handler: 'index.handler' });
    expect(Layers).toEqual([{ Ref: shipped.resource(stack, 'AWS::Lambda::LayerVersion').id }]);
  });

  test('endpoints with the same models share one asset', () => {
    const keys = STACKS.map(
      ([stack]) => shipped.resource(stack, 'AWS::Lambda::Function', /^Detector/).Properties.Code.S3Key,
    );
    expect(new Set(keys).size).toBe(1);
  });

  test.each(STACKS)('%s: the environment has the settings', (stack, name) => {
    const { Environment, MemorySize, Timeout } = shipped.resource(
      stack,
      'AWS::Lambda::Function',
      /^Detector/,
    ).Properties;
    expect(JSON.parse(Environment.Variables.ENDPOINT_SETTINGS)).toMatchObject({
      name,
      models: ['counter-nano'],
      capture: 1,
    });
    expect({ MemorySize, Timeout }).toEqual({ MemorySize: 1769, Timeout: 29 });
  });

  test('reserved concurrency is set only when configured', () => {
    const reserved = synthesize({ ...ONE_ENDPOINT, endpoints: [countEndpoint({ ...CARS, reservedConcurrency: 9 })] });
    const of = (synthesis: Synthesis) =>
      synthesis.resource('CountCars', 'AWS::Lambda::Function', /^Detector/).Properties;
    expect(of(reserved).ReservedConcurrentExecutions).toBe(9);
    expect(of(changed)).not.toHaveProperty('ReservedConcurrentExecutions');
    const { ScalingConfig } = reserved.resource('CountCars', 'AWS::Lambda::EventSourceMapping').Properties;
    expect(ScalingConfig).toEqual({ MaximumConcurrency: 4 });
  });

  test.each(STACKS)('%s: each upload has its own invocation, and uploads use 5 at a time', (stack) => {
    const mapping = shipped.resource(stack, 'AWS::Lambda::EventSourceMapping').Properties;
    expect(mapping).toMatchObject({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 5 } });
    expect(mapping).not.toHaveProperty('MaximumBatchingWindowInSeconds');
    const queue = shipped.resource(stack, 'AWS::SQS::Queue', /Uploads/).Properties;
    // AWS advises six times the function's timeout.
    expect(queue.VisibilityTimeout).toBe(6 * 29);
  });

  test('functions and machines are traced only where the settings say so', () => {
    const traced = (synthesis: Synthesis) =>
      synthesis.stacks
        .flatMap((stack) => synthesis.resources(stack))
        .filter(({ Properties }) => Properties?.TracingConfig || Properties?.TracingConfiguration?.Enabled)
        .map(({ Type }) => Type);
    expect(traced(shipped)).toEqual([]);
    const functions = open.stacks.flatMap((stack) => open.resources(stack, 'AWS::Lambda::Function'));
    expect(traced(open).toSorted()).toEqual([
      ...functions.map(() => 'AWS::Lambda::Function'),
      'AWS::StepFunctions::StateMachine',
    ]);
    const variable = 'POWERTOOLS_TRACE_ENABLED';
    expect(functions.map(({ Properties }) => Properties.Environment.Variables[variable])).toEqual(
      functions.map(() => 'true'),
    );
    expect(shipped.stacks.filter((stack) => shipped.text(stack).includes(variable))).toEqual([]);
    expect(shipped.stacks.filter((stack) => shipped.text(stack).includes('xray:'))).toEqual([]);
  });

  test('every log group expires', () => {
    const groups = shipped.stacks.flatMap((stack) => shipped.resources(stack, 'AWS::Logs::LogGroup'));
    expect(groups.length).toBeGreaterThanOrEqual(6);
    expect(new Set(groups.map(({ Properties }) => Properties.RetentionInDays))).toEqual(new Set([30]));
  });
});

describe('rollouts', () => {
  test.each(STACKS)('%s: the custom resource has version and plan', (stack, name) => {
    const { Properties } = shipped.resource(stack, 'Custom::Rollout');
    const version = shipped.resource(stack, 'AWS::Lambda::Version');
    expect(Properties.Version).toEqual({ 'Fn::GetAtt': [version.id, 'Version'] });
    expect(Properties.Endpoint).toBe(name);
    expect(JSON.parse(Properties.Plan).map(({ kind }: { kind: string }) => kind)).toEqual([
      'shadow',
      'canary',
      'canary',
    ]);
  });

  test('the machine ticks, waits for the returned time, and abandons the rollout when ticks keep failing', () => {
    const { Properties } = shipped.resource('CountCars', 'AWS::StepFunctions::StateMachine');
    const text = JSON.stringify(Properties.DefinitionString['Fn::Join'][1]).replaceAll('\\"', '"');
    expect(text).toMatch(/"StartAt":"Tick"/);
    expect(text).toMatch(/"WaitAsAsked":\{"Type":"Wait","SecondsPath":"\$\.waitSeconds","Next":"Tick"\}/);
    expect(text).toMatch(/"Catch":\[\{"ErrorEquals":\["States\.ALL"\],"ResultPath":"\$\.failure","Next":"Abandon"\}\]/);
    expect(text).toMatch(/"Failed":\{"Type":"Fail","ErrorPath":"\$\.error","CausePath":"\$\.cause"\}/);
  });

  test('the function knows the share of captured inputs, without which people get no picture to judge', () => {
    const rollout = shipped.resource('CountCars', 'AWS::Lambda::Function', /^Rollout/).Properties;
    expect(rollout.Environment.Variables).toMatchObject({ ENDPOINT_CAPTURE: '1' });
  });

  test('the log of the machine receives errors only', () => {
    const { LoggingConfiguration } = shipped.resource('CountCars', 'AWS::StepFunctions::StateMachine').Properties;
    expect(LoggingConfiguration).toMatchObject({ Level: 'ERROR', IncludeExecutionData: true });
  });

  test('only the rollout function may move the alias live, that of its own endpoint', () => {
    const policies = shipped
      .resources('CountCars', 'AWS::IAM::Policy')
      .map(({ Properties }) => JSON.stringify(Properties));
    const movers = policies.filter((text) => text.includes('lambda:UpdateAlias'));
    expect(movers).toHaveLength(1);
    expect(movers[0]).toContain(':live');
  });
});

describe('least privilege', () => {
  test.each(STACKS)('%s: the detect function may access its own objects only', (stack, name) => {
    const keys = statements(shipped, stack, /^Detector/)
      .filter(({ Action }) => [Action].flat().some((action: string) => /^s3:(Get|Put)Object/.test(action)))
      .flatMap(({ Resource }) => [Resource].flat())
      .map((resource) => resource['Fn::Join'][1].at(-1));
    expect(keys.toSorted()).toEqual(
      ['annotated', 'decisions', 'inputs', 'results', 'uploads'].map((prefix) => `/${prefix}/${name}/*`),
    );
  });

  test.each(STACKS)('%s: the status function may read its own data, and write its log only', (stack, name) => {
    const own = statements(shipped, stack, /^Status/);
    const actions = own.flatMap(({ Action }) => [Action].flat()).toSorted();
    expect(actions).toEqual([
      'lambda:GetAlias',
      'lambda:GetFunctionConfiguration',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:ListBucket',
      'states:DescribeExecution',
      'states:ListExecutions',
    ]);
    const keys = own
      .filter(({ Action }) => Action === 's3:GetObject')
      .flatMap(({ Resource }) => Resource.map((resource: Joined) => resource['Fn::Join'][1].at(-1)));
    expect(keys.toSorted()).toEqual(
      ['decisions', 'inputs', 'results', 'rollouts', 'uploads'].map((prefix) => `/${prefix}/${name}/*`),
    );
    const functions = own
      .filter(({ Action }) => /^lambda:/.test(String(Action)))
      .map(({ Resource }) => JSON.stringify(Resource));
    const detector = shipped.resource(stack, 'AWS::Lambda::Function', /^DetectorFunction/).id;
    expect(functions.filter((resources) => !resources.includes(detector))).toEqual([]);
  });

  test('all permissions name actions, and all but those for traces, metrics and logs name resources', () => {
    for (const { Action, Resource } of shipped.stacks.flatMap((stack) => statements(shipped, stack))) {
      const actions: string[] = [Action].flat();
      expect(actions.filter((action) => action.includes('*'))).toEqual([]);
      const nameless = actions.filter((action) => !/^(xray:|logs:|cloudwatch:GetMetricData$)/.test(action));
      if ([Resource].flat().includes('*')) expect(nameless).toEqual([]);
    }
  });

  test('the docs function may write its log only, and its traces where they are recorded', () => {
    const services = (synthesis: Synthesis) =>
      statements(synthesis, 'Platform').flatMap(({ Action }) => [Action].flat().map((action) => action.split(':')[0]));
    expect(new Set(services(shipped))).toEqual(new Set(['logs']));
    expect(new Set(services(open))).toEqual(new Set(['logs', 'xray']));
  });
});

test('the resources of an endpoint have tags for deployment and endpoint', () => {
  const { Properties } = shipped.resource('Predict', 'AWS::Lambda::Function', /^Detector/);
  expect(Properties.Tags).toEqual([
    { Key: 'deployment', Value: 'ml-deployment' },
    { Key: 'endpoint', Value: 'predict' },
  ]);
});

test('the settings of a human-answered endpoint say so', () => {
  const human = synthesize({
    ...ONE_ENDPOINT,
    endpoints: [
      countEndpoint({ ...CARS, answeredBy: 'human' }),
      predictEndpoint({ name: 'predict', models: ['counter-nano'] }),
    ],
  });
  const settingsOf = (stack: string) =>
    JSON.parse(
      human.resource(stack, 'AWS::Lambda::Function', /^Detector/).Properties.Environment.Variables.ENDPOINT_SETTINGS,
    );
  expect(settingsOf('CountCars').answeredBy).toBe('human');
  expect(settingsOf('Predict').answeredBy).toBe('model');
});

interface Joined {
  readonly 'Fn::Join': [string, readonly string[]];
}

// biome-ignore lint/suspicious/noExplicitAny: templates have no types, and tests assert what they read
function statements(synthesis: Synthesis, stack: string, role = /^/): any[] {
  return synthesis
    .resources(stack, 'AWS::IAM::Policy')
    .filter(({ id }) => role.test(id))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}
