/** The setting `batch`: its faults, and the stacks that it makes. */

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

/** Names and keys of batch jobs. */
const BATCH = /BatchMachine|BatchPolicy|BatchChildren|"(?:batch|jobs)\/|\/(?:batch|jobs|pictures)\//;

describe('stacks', () => {
  let without: Synthesis;
  let stacks: Synthesis;
  beforeAll(() => {
    without = synthesize(ONE_ENDPOINT);
    stacks = synthesize(withOptions({ batch: { concurrency: 3, sources: ['s3://photos/2026/'] } }));
  }, 120_000);

  test('cdk-nag has no finding', () => {
    expect(stacks.nag()).toEqual([]);
  });

  test('without the setting, nothing of batch jobs is in the templates; with it, everything else is the same', () => {
    for (const stack of ['CountCars', 'Platform']) expect(without.text(stack)).not.toMatch(BATCH);
    const known = new Set(without.resources('CountCars').map(({ id }) => id));
    const added = stacks.resources('CountCars').filter(({ id }) => !known.has(id));
    expect(added.every(({ id }) => id.startsWith('Batch'))).toBe(true);
    expect([...known].filter((id) => !stacks.resources('CountCars').some((each) => each.id === id))).toEqual([]);
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
});
