/** The settings `batch`, `tables` and `review`, which add resources: faults, and the stacks that they make. */

import { COLUMNS } from '../../functions/tables/schema.ts';
import { TABLE_NAMES } from '../../functions/tables-contract.ts';
import { checkConfig } from '../../lib/check-config.ts';
import { type CountOptions, countEndpoint, type Deployment } from '../../lib/config.ts';
import { CARS, ONE_ENDPOINT, type Synthesis, synthesize } from './synthesis.ts';

const withOptions = (options: Partial<CountOptions>): Deployment => ({
  name: 'small',
  endpoints: [countEndpoint({ ...CARS, ...options })],
});

const faultsOf = (options: object): string => {
  try {
    checkConfig(withOptions(options));
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

test.each<[object, string]>([
  [{ batch: { concurrency: 0 } }, 'endpoints[0].batch.concurrency: Expected a whole number of invocations, 1–1000'],
  [{ batch: { sources: [] } }, 'endpoints[0].batch.sources: Expected a list of at least one source'],
  [{ batch: { sources: ['photos'] } }, 'endpoints[0].batch.sources[0]: Expected s3://bucket or s3://bucket/prefix'],
  [{ batch: { sources: ['s3://photos/*.jpg'] } }, 'endpoints[0].batch.sources[0]: Expected s3://bucket or'],
  [{ batch: { speed: 2 } }, 'endpoints[0].batch.speed'],
  [
    { batch: { sources: ['s3://photos/2026/', 's3://photos'] } },
    'endpoints[0].batch.sources[0]: Expected a source that s3://photos does not contain',
  ],
  [
    { batch: { sources: ['s3://photos', 's3://photos'] } },
    'endpoints[0].batch.sources[1]: Expected a source that s3://photos does not contain',
  ],
  [
    { batch: { concurrency: 5 }, reservedConcurrency: 4 },
    'endpoints[0].batch.concurrency: Expected at most the reservedConcurrency of 4',
  ],
  [{ batch: {}, answeredBy: 'human' }, 'endpoints[0].batch: Expected no value: an endpoint answered by a human'],
])('%j is refused', (options, message) => {
  expect(faultsOf(options)).toContain(message);
});

test('the default concurrency is 5, or half of what is reserved', () => {
  const concurrencyOf = (options: Partial<CountOptions>) =>
    checkConfig(withOptions(options)).endpoints[0]?.batch?.concurrency;
  expect(concurrencyOf({ batch: {} })).toBe(5);
  expect(concurrencyOf({ batch: {}, reservedConcurrency: 4 })).toBe(2);
  expect(concurrencyOf({ batch: {}, reservedConcurrency: 1 })).toBe(1);
  expect(concurrencyOf({})).toBeUndefined();
});

const tablesFaultsOf = (settings: object): string => {
  try {
    checkConfig({ ...ONE_ENDPOINT, ...settings } as Deployment);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

test.each<[object, string]>([
  [{ tables: 'yes' }, 'tables: Expected true or false, received "yes"'],
  [
    { lifetimeDays: { tables: 30 } },
    'lifetimeDays.tables: Expected no value because the deployment has no tables (tables: true), received 30',
  ],
  [{ tables: false, lifetimeDays: { tables: 30 } }, 'lifetimeDays.tables: Expected no value because'],
  [
    { tables: true, lifetimeDays: { results: 2 } },
    'lifetimeDays.results: Expected at least 3 days, so that a failed compaction can be repeated',
  ],
  [{ tables: true, lifetimeDays: { results: 0, tables: 0 } }, 'lifetimeDays.tables: Expected a whole number of days'],
])('%j: %s', (settings, message) => {
  expect(tablesFaultsOf(settings)).toContain(message);
});

test.each([
  { tables: true },
  { tables: true, lifetimeDays: { results: 3, tables: 30 } },
  { lifetimeDays: { results: 1 } },
])('%j has no fault', (settings) => expect(tablesFaultsOf(settings)).toBe(''));

/** Names and keys of batch jobs. */
const BATCH = /BatchMachine|BatchPolicy|BatchChildren|"(?:batch|jobs)\/|\/(?:batch|jobs|pictures)\//;

let without: Synthesis;
let stacks: Synthesis;

/** Routes of the review page. */
const REVIEW = /review/;

describe('the stacks with all settings', () => {
  beforeAll(() => {
    without = synthesize(ONE_ENDPOINT);
    const batch = { concurrency: 3, sources: ['s3://photos/2026/'] } as const;
    stacks = synthesize({ ...withOptions({ batch, review: true }), tables: true });
  }, 120_000);

  test('cdk-nag has no finding', () => {
    expect(stacks.nag()).toEqual([]);
  });

  test('without the setting, nothing of batch jobs is in the templates; with it, everything else is the same', () => {
    for (const stack of ['CountCars', 'Platform']) expect(without.text(stack)).not.toMatch(BATCH);
    const known = new Set(without.resources('CountCars').map(({ id }) => id));
    const added = stacks.resources('CountCars').filter(({ id }) => !known.has(id));
    expect(added.filter(({ id }) => !id.startsWith('Batch') && !REVIEW.test(id))).toEqual([]);
    expect([...known].filter((id) => !stacks.resources('CountCars').some((each) => each.id === id))).toEqual([]);
  });

  test('review adds a route for operators and an open page; without it, no template has a trace of it', () => {
    for (const stack of ['CountCars', 'Platform']) expect(without.text(stack)).not.toMatch(REVIEW);
    const routesOf = (stack: string) =>
      stacks
        .resources(stack, 'AWS::ApiGatewayV2::Route')
        .filter(({ Properties }) => REVIEW.test(Properties.RouteKey))
        .map(({ Properties }) => [Properties.RouteKey, Properties.AuthorizationType]);
    expect(routesOf('CountCars')).toEqual([['GET /count-cars/review', 'AWS_IAM']]);
    expect(routesOf('Platform')).toEqual([
      ['GET /status/{endpoint}/review', 'NONE'],
      ['HEAD /status/{endpoint}/review', 'NONE'],
    ]);
  });

  test('results and files of jobs expire with the results; the pictures of jobs stay', () => {
    const { LifecycleConfiguration } = stacks.resource('Platform', 'AWS::S3::Bucket', /^Storage(?!Access)/).Properties;
    const rules = LifecycleConfiguration.Rules as { Prefix?: string; ExpirationInDays?: number }[];
    const days = Object.fromEntries(rules.map((rule) => [rule.Prefix, rule.ExpirationInDays]));
    expect(days).toMatchObject({ 'results/': 90, 'batch/': 90, 'jobs/': 90 });
    expect(days).not.toHaveProperty('pictures/');
  });

  test('the function may read the sources, and write results of its own endpoint only', () => {
    const policies = stacks
      .resources('CountCars', 'AWS::IAM::Policy')
      .filter(({ id }) => id.startsWith('DetectorRole'));
    const text = JSON.stringify(policies);
    expect(text).toContain(':s3:::photos/2026/*');
    expect(text).toContain('/batch/count-cars/*');
    expect(text).toContain('/pictures/count-cars/*');
  });

  test('each kind of source has a map over a pinned version, with the concurrency of the job', () => {
    const { DefinitionString } = stacks.resource('CountCars', 'AWS::StepFunctions::StateMachine', /^Batch/).Properties;
    const text = (DefinitionString['Fn::Join'][1] as unknown[])
      .map((part) => (typeof part === 'string' ? part : 'arn'))
      .join('');
    const { States } = JSON.parse(text) as { States: Record<string, Record<string, never>> };
    const maps = Object.values(States).filter(({ Type }) => Type === 'Map');
    expect(maps).toHaveLength(3);
    for (const map of maps) {
      expect(map).toMatchObject({ MaxConcurrencyPath: '$.concurrency', ToleratedFailurePercentagePath: '$.tolerate' });
      expect(JSON.stringify(map)).toContain('"Qualifier.$":"$.BatchInput.version"');
    }
  });

  test('without the setting, nothing of tables is in the templates; with it, the other resources are the same', () => {
    for (const stack of ['CountCars', 'Platform']) expect(without.text(stack)).not.toMatch(/tables|athena|glue/i);
    const known = new Map(without.resources('Platform').map((each) => [each.id, JSON.stringify(each)]));
    const all = stacks.resources('Platform');
    const added = all.filter(({ id }) => !known.has(id) && !id.startsWith('Tables') && !REVIEW.test(id));
    expect(added).toEqual([]);
    // The settings of the docs function name the endpoints with a review.
    const same = all.filter(({ id }) => known.has(id) && !id.startsWith('DocsFunction'));
    const changed = same.filter((each) => known.get(each.id) !== JSON.stringify(each));
    expect(changed.map(({ Type }) => Type)).toEqual(['AWS::S3::Bucket']);
  });

  test('files expire after a year, answers of Athena after a day', () => {
    const { LifecycleConfiguration } = stacks.resource('Platform', 'AWS::S3::Bucket', /^Storage(?!Access)/).Properties;
    const rules = LifecycleConfiguration.Rules as { Prefix?: string; ExpirationInDays?: number }[];
    const days = Object.fromEntries(rules.map((rule) => [rule.Prefix, rule.ExpirationInDays]));
    expect(days).toMatchObject({ 'tables/': 365, 'athena/': 1, 'results/': 90 });
  });

  test('the function reads results and decisions, and writes tables only', () => {
    const { PolicyDocument } = stacks.resource('Platform', 'AWS::IAM::Policy', /^TablesRole/).Properties;
    const statements = PolicyDocument.Statement as { Action: string | string[]; Resource: unknown }[];
    const writing = statements.filter(({ Action }) => [Action].flat().some((action) => /s3:(Put|Delete)/.test(action)));
    expect(writing.map(({ Action }) => Action)).toEqual(['s3:PutObject']);
    expect(JSON.stringify(writing)).toContain('/tables/*');
  });

  test('a rule starts the state machine each night; failures of both are alarms', () => {
    const rule = stacks.resource('Platform', 'AWS::Events::Rule').Properties;
    expect(rule).toMatchObject({ ScheduleExpression: 'cron(30 0 * * ? *)', Targets: [{ Input: '{}' }] });
    const alarms = stacks.resources('Platform', 'AWS::CloudWatch::Alarm').filter(({ id }) => /^TablesAlarms/.test(id));
    expect(alarms.map(({ Properties }) => Properties)).toMatchObject([
      { Namespace: 'AWS/States', MetricName: 'ExecutionsFailed', Threshold: 1 },
      {
        Namespace: 'AWS/Events',
        MetricName: 'FailedInvocations',
        Dimensions: [{ Name: 'RuleName', Value: { Ref: expect.stringMatching(/^TablesEachNight/) } }],
        Threshold: 1,
      },
    ]);
  });

  test.each(TABLE_NAMES)('Athena finds the files of %s by their names, without a crawler', (name) => {
    const tables = stacks.resources('Platform', 'AWS::Glue::Table').map(({ Properties }) => Properties.TableInput);
    const { Parameters, StorageDescriptor, PartitionKeys } = tables.find(({ Name }) => Name === name);
    expect(Parameters).toMatchObject({
      'projection.enabled': 'true',
      'projection.endpoint.values': 'count-cars',
      'projection.day.range': 'NOW-365DAYS,NOW+1DAYS',
    });
    const template = Parameters['storage.location.template']['Fn::Join'][1];
    expect(template.at(-1)).toBe(`/tables/${name}/endpoint=\${endpoint}/day=\${day}/`);
    expect(
      StorageDescriptor.Columns.map((column: { Name: string; Type: string }) => [column.Name, column.Type]),
    ).toEqual(COLUMNS[name].map((column) => [column.name, column.type]));
    expect(PartitionKeys.map((key: { Name: string }) => key.Name)).toEqual(['endpoint', 'day']);
  });

  test('the workgroup limits what a query reads, encrypts its answers, and no query changes that', () => {
    const { WorkGroupConfiguration } = stacks.resource('Platform', 'AWS::Athena::WorkGroup').Properties;
    expect(WorkGroupConfiguration).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      BytesScannedCutoffPerQuery: 10_000_000_000,
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_S3' } },
    });
  });

  test('the housekeeping policy may rewrite the files of its own endpoint', () => {
    const { PolicyDocument } = stacks.resource('CountCars', 'AWS::IAM::ManagedPolicy', /Housekeeping/).Properties;
    const text = JSON.stringify(PolicyDocument);
    expect(text).toContain('/tables/pictures/endpoint=count-cars/*');
    expect(text.length).toBeLessThan(6144);
  });
});
