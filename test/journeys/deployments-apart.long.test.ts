/** Two deployments in one emulator with traffic on both, and a stack that is made anew over the bucket. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteStackCommand, UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { runCommand } from '../cli/rollout/command.ts';
import { type Answer, pick } from './api-client.ts';
import { Assembly } from './assembly.ts';
import { changingDetections, EVERYTHING_TWICE, failingEvery } from './broken-code.ts';
import { scenesOf, small } from './pictures.ts';
import { RolloutLaptop } from './rollout-laptop.ts';

jest.setTimeout(240_000);

/** Requests before the second version, whose pictures its shadow compares. */
const SEEDS = 14;
const DAY_MS = 24 * 3_600_000;

let cars: readonly Buffer[];
/** Its second version is as good as the first. */
let staging: RolloutLaptop;
/** Its second version fails at every request. */
let production: RolloutLaptop;
let ends: Awaited<ReturnType<RolloutLaptop['finish']>>[];

beforeAll(async () => {
  cars = await scenesOf(await small('cars.jpg'), 32);
  const [one, other] = await Promise.all([
    Assembly.synthesize('staging-endpoints.ts', 'staging'),
    Assembly.synthesize('production-endpoints.ts', 'production'),
  ]);
  staging = await RolloutLaptop.start(one);
  production = await staging.beside(other);
  await Promise.all([staging, production].map((laptop) => laptop.client.postMany('cars', cars, SEEDS)));
  await staging.deploy((assembly) => assembly.release('cars', {}));
  await production.deploy((assembly) => assembly.release('cars', { code: failingEvery(1) }));
  ends = await Promise.all([staging, production].map((laptop) => laptop.finish('cars', '2', cars)));
});

afterAll(async () => {
  await staging?.stop();
  production?.assembly.remove();
});

const answersOf = (version: string | undefined) => (answers: readonly Answer[]) =>
  answers.filter((answer) => answer.version === version).length;

/** Sum of the metric that an alarm of the stack watches. */
async function watched({ assembly, cloudWatch }: RolloutLaptop, metric: string): Promise<number> {
  const template = JSON.parse(readFileSync(join(assembly.folder, 'Cars.template.json'), 'utf8'));
  const all = Object.values(template.Resources as Record<string, { Properties: AlarmProperties }>);
  const alarm = all.map(({ Properties }) => Properties).find(({ MetricName }) => MetricName === metric);
  const { Namespace, Dimensions = [] } = alarm as AlarmProperties;
  const resolved = Dimensions.map(({ Name, Value }) => ({
    Name,
    Value: typeof Value === 'string' ? Value : `${assembly.deployment}-Cars-${Value.Ref}`,
  }));
  const MetricStat = {
    Metric: { Namespace, MetricName: metric, Dimensions: resolved },
    ...{ Period: 60, Stat: 'Sum' },
  };
  const { MetricDataResults: [result] = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      MetricDataQueries: [{ Id: 'watched', MetricStat }],
      ...{ StartTime: new Date(Date.now() - DAY_MS), EndTime: new Date(Date.now() + DAY_MS) },
    }),
  );
  return (result?.Values ?? []).reduce((sum, value) => sum + value, 0);
}

interface AlarmProperties {
  readonly MetricName?: string;
  readonly Namespace?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string | { readonly Ref: string } }[];
}

test('each rollout ends by the requests of its own deployment', () => {
  expect(ends.map(({ status, traffic }) => [status, traffic])).toEqual([
    ['done', 'version 2: 100 %'],
    ['rolled back', 'version 1: 100 %'],
  ]);
});

test('metrics by function and version count the requests of one deployment', async () => {
  const [good, bad] = ends.map(({ answers }) => answers);
  const versions = { live: '1', candidate: '2' };
  expect(await staging.counts('cars', versions)).toMatchObject({
    live: { requests: SEEDS + answersOf('1')(good ?? []), failures: 0 },
    candidate: { requests: answersOf('2')(good ?? []), failures: 0 },
  });
  const failed = answersOf(undefined)(bad ?? []);
  expect(failed).toBeGreaterThan(0);
  expect(await production.counts('cars', versions)).toMatchObject({
    live: { requests: SEEDS + answersOf('1')(bad ?? []), failures: 0 },
    candidate: { requests: failed, failures: failed },
  });
});

test('an alarm watches the rollbacks of its own deployment', async () => {
  expect([await watched(staging, 'RolloutBack'), await watched(production, 'RolloutBack')]).toEqual([0, 1]);
});

test('records, results and releases name the function of their own deployment', async () => {
  expect(staging.laptop.bucket).not.toBe(production.laptop.bucket);
  for (const [laptop, other] of [
    [staging, 'production-Cars'],
    [production, 'staging-Cars'],
  ] as const) {
    const own = laptop.assembly.functionName('cars');
    const [records, results] = await Promise.all([laptop.objects('rollouts/'), laptop.objects('results/')]);
    expect([...records.keys()].filter((key) => !key.startsWith(`rollouts/cars/${own}/`))).toEqual([]);
    expect([...records.values(), ...results.values()].filter((text) => text.includes(other))).toEqual([]);
    const functions = [...results.values()].map((text) => JSON.parse(text).release.function_name);
    expect([...new Set(functions)]).toEqual([own]);
  }
});

/** Runs `npm run rollout -- …` for one deployment. */
function rollout({ laptop: { home }, assembly: { deployment } }: RolloutLaptop, ...args: string[]) {
  return runCommand(...args, '--json', '--local', '--home', home, '--deployment', deployment);
}

const statusOf = async (laptop: RolloutLaptop) => JSON.parse((await rollout(laptop, 'status')).out);

test('status and report are those of their own rollout', async () => {
  for (const [laptop, phase] of [
    [staging, 'done'],
    [production, 'rolled back'],
  ] as const) {
    expect(await statusOf(laptop)).toMatchObject([{ endpoint: 'cars', phase }]);
    const { out } = await rollout(laptop, 'report', 'cars', '--out', join(laptop.assembly.folder, 'report.html'));
    expect(JSON.parse(out)).toMatchObject({ version: '2', ticks: (await laptop.audit('cars', '2')).length });
  }
});

describe('a stack that is made anew over its bucket', () => {
  const StackName = 'staging-Cars';
  let first: string;
  let sound: () => void;

  beforeAll(async () => {
    first = (await staging.outputs(StackName)).FunctionName ?? '';
    const deleteStack = () => staging.stacks.send(new DeleteStackCommand({ StackName }));
    await expect(deleteStack()).rejects.toThrow('cannot be deleted while TerminationProtection is enabled');
    await staging.stacks.send(
      new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }),
    );
    await deleteStack();
    sound = staging.assembly.keep('cars');
  });

  test('without the stack its routes are gone, and those of the other deployment are not', async () => {
    expect((await fetch(`${staging.laptop.url}/cars`, { method: 'POST' })).status).toBe(404);
    expect((await production.client.post('cars', pick(cars, 0))).version).toBe('1');
  });

  test('its first version must pass the golden gate', async () => {
    const code = changingDetections(EVERYTHING_TWICE, { golden: true });
    await expect(staging.deploy((assembly) => assembly.release('cars', { code }))).rejects.toThrow(
      'The first version does not pass its golden gate',
    );
  });

  test('it starts with version 1, and with no status, record or metric', async () => {
    await staging.deploy(() => sound());
    const { FunctionName = '' } = await staging.outputs(StackName);
    expect(FunctionName).not.toBe(first);
    const [status] = await statusOf(staging);
    expect(status).toMatchObject({ phase: 'none', traffic: 'version 1: 100 %', newest_version: '1' });
    for (const field of ['rollout', 'history', 'version']) expect(status).not.toHaveProperty(field);
    const { err } = await rollout(staging, 'report', 'cars');
    expect(err).toContain('Expected a rollout of cars to report, received none');
    const records = await staging.objects('rollouts/');
    const own = [...records.keys()].filter((key) => key.includes(`/${FunctionName}/`));
    // The plan of this deployment, which no rollout has used yet.
    expect(own).toEqual([`rollouts/cars/${FunctionName}/plan.json`]);
    expect(records.size).toBeGreaterThan(1);
    expect((await staging.client.post('cars', pick(cars, 0))).version).toBe('1');
  });
});
