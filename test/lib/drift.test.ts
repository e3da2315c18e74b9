/** The setting `drift`, which adds a monitor to an endpoint: its faults, its resources, its rights. */

import { checkConfig } from '../../lib/check-config.ts';
import { countEndpoint, type Deployment } from '../../lib/config.ts';
import { CARS, ONE_ENDPOINT, type Synthesis, synthesize } from './synthesis.ts';

const EVENTS = { alarmEmail: 'ops@example.com', events: { notices: ['alarms'] } } as const;
const WITH: Deployment = { ...ONE_ENDPOINT, ...EVENTS, endpoints: [countEndpoint({ ...CARS, drift: true })] };

const faultsOf = (settings: object): string => {
  try {
    checkConfig({ ...WITH, ...settings } as Deployment);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

test.each<[object, string]>([
  [
    { endpoints: [countEndpoint({ ...CARS, drift: true, capture: 0, rollout: [] as never })] },
    'endpoints[0].drift: Expected no value because the endpoint captures no pictures (capture: 0), which the monitor ' +
      'reads, received true',
  ],
  [
    { lifetimeDays: { rollouts: 30 } },
    'lifetimeDays.rollouts: Expected at least 60 days, because sketches of the drift monitor expire with them, ' +
      'received 30',
  ],
  [
    {
      endpoints: ONE_ENDPOINT.endpoints,
      events: { webhooks: [{ name: 'me', url: 'https://example.com/', types: ['result.stored', 'drift.found'] }] },
    },
    'events.webhooks[0].types[1]: Expected a type that occurs: no endpoint has drift: true, received "drift.found"',
  ],
])('%j is refused', (settings, message) => {
  expect(faultsOf(settings)).toContain(message);
});

test('a webhook may have the type, and records of rollouts may expire after 60 days', () => {
  const webhooks = [{ name: 'me', url: 'https://example.com/', types: ['drift.found'] }];
  expect(faultsOf({ events: { webhooks }, lifetimeDays: { rollouts: 60 } })).toBe('');
});

describe('the stacks', () => {
  let without: Synthesis;
  let stacks: Synthesis;
  beforeAll(() => {
    without = synthesize({ ...ONE_ENDPOINT, ...EVENTS });
    stacks = synthesize(WITH);
  }, 120_000);

  /** Ids of the resources that are not in the stacks without the setting. */
  const added = (stack: string) => {
    const known = new Set(without.resources(stack).map(({ id }) => id));
    return stacks.resources(stack).filter(({ id }) => !known.has(id));
  };

  test('have no finding of cdk-nag', () => {
    expect(stacks.nag()).toEqual([]);
  });

  test('without the setting have nothing of it', () => {
    for (const stack of ['CountCars', 'Platform']) expect(without.text(stack)).not.toMatch(/drift/i);
  });

  test('have a function that a rule invokes at a quarter past each hour, and two alarms', () => {
    expect(
      added('CountCars')
        .map(({ Type }) => Type)
        .toSorted(),
    ).toEqual(
      [
        'AWS::CloudWatch::Alarm',
        'AWS::CloudWatch::Alarm',
        'AWS::Events::Rule',
        'AWS::IAM::Policy',
        'AWS::IAM::Role',
        'AWS::Lambda::Function',
        'AWS::Lambda::Permission',
        'AWS::Logs::LogGroup',
        // Because settings are part of the published version.
        'AWS::Lambda::Version',
      ].toSorted(),
    );
    const { Properties } = stacks.resource('CountCars', 'AWS::Events::Rule', /^DriftMonitor/);
    expect(Properties.ScheduleExpression).toBe('cron(15 * * * ? *)');
    expect(
      stacks.resource('CountCars', 'AWS::CloudWatch::Alarm', /^DriftAlarmsDrift[0-9A-F]{8}$/).Properties,
    ).toMatchObject({
      Namespace: 'MlDeployment/small',
      MetricName: 'Drift',
      Statistic: 'Maximum',
      Threshold: 1,
      Period: 7200,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      AlarmDescription: expect.stringContaining('npm run drift -- count-cars'),
      AlarmActions: [expect.anything()],
    });
  });

  test('add nothing to the platform but lifetimes, an announcement, a right to read it, a notice and pictures', () => {
    expect(added('Platform')).toEqual([]);
    const changed = stacks
      .resources('Platform')
      .filter((each) => !without.resources('Platform').some((other) => JSON.stringify(other) === JSON.stringify(each)));
    expect(changed.map(({ Type }) => Type).toSorted()).toEqual([
      'AWS::Events::Rule',
      'AWS::IAM::Policy',
      // The docs function, whose status page may show pictures of the bucket.
      'AWS::Lambda::Function',
      'AWS::S3::Bucket',
    ]);
    const bucket = stacks.resource('Platform', 'AWS::S3::Bucket', /^Storage(?!Access)/).Properties;
    const rules = bucket.LifecycleConfiguration.Rules as { Prefix?: string; ExpirationInDays?: number }[];
    const days = Object.fromEntries(rules.map((rule) => [rule.Prefix, rule.ExpirationInDays]));
    expect(days).toMatchObject({ 'drift/': 365, 'drifts/': 365 });
    expect(JSON.stringify(bucket.NotificationConfiguration)).toContain('"drifts/"');
    const patterns = stacks.resources('Platform', 'AWS::Events::Rule').map(({ Properties }) => Properties.EventPattern);
    expect(patterns).toContainEqual(
      expect.objectContaining({ 'detail-type': expect.arrayContaining(['drift.found']) }),
    );
  });

  test.each(['Rollout', 'Status'])('let the %s function read the report, and say that there is one', (name) => {
    const functions = stacks.resources('CountCars', 'AWS::Lambda::Function');
    const own = functions.find(({ id }) => id.startsWith(`${name}Function`));
    expect(own?.Properties.Environment.Variables).toMatchObject({ DRIFT_WATCHED: 'true' });
    const policies = stacks.resources('CountCars', 'AWS::IAM::Policy').filter(({ id }) => id.startsWith(name));
    const actions = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    const onReport = actions.filter((statement) => JSON.stringify(statement).includes('/drift/count-cars/'));
    expect(onReport.map(({ Action }: { Action: unknown }) => Action)).toEqual(['s3:GetObject']);
  });

  test('let the monitor write its own objects only, and the operator one of them', () => {
    const policy = JSON.stringify(stacks.resource('CountCars', 'AWS::IAM::Policy', /^DriftMonitor/).Properties);
    const writes = /\{"Action":"s3:PutObject".+?\]\}\]\}/.exec(policy)?.[0] ?? '';
    expect(writes).toContain('/drift/count-cars/*');
    expect(writes).toContain('/drifts/count-cars/*');
    expect(writes).not.toMatch(/results|inputs|uploads|rollouts/);
    const operators = stacks.resource('CountCars', 'AWS::IAM::ManagedPolicy', /Policy/).Properties.PolicyDocument;
    const orders = operators.Statement.find(({ Action }: { Action: unknown }) => Action === 's3:PutObject');
    expect(JSON.stringify(orders)).toContain('/drift/count-cars/reference.json');
    expect(JSON.stringify(operators).length).toBeLessThan(6144);
  });
});
