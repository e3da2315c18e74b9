import type { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { type ForecastOptions, forecastCommand } from '../../../cli/rollout/commands/forecast.ts';
import type { DeployedEndpoint } from '../../../cli/rollout/deployed-endpoint.ts';
import { readDayBefore } from '../../../cli/rollout/forecast/day-before.ts';
import { type Forecast, forecast } from '../../../cli/rollout/forecast/forecast.ts';
import { forecastText } from '../../../cli/rollout/forecast/forecast-table.ts';
import { program } from '../../../cli/rollout/program.ts';
import type { Terminal } from '../../../cli/terminal/terminal.ts';
import { KEYS } from '../../../functions/contract.ts';
import type { Conditions } from '../../../functions/judge/stages.ts';
import { canary, type Phase, shadow } from '../../../functions/plan/plan.ts';
import { idAt } from '../../../functions/records/recorded-requests.ts';
import { stepsOfPlan } from '../../rollout/fixtures/steps.ts';

const OPTIONS: ForecastOptions = { deployment: 'none', home: '/nowhere', local: true, rollouts: 40 };

async function run(options: Partial<ForecastOptions>, endpoint = 'count-cars'): Promise<string> {
  const printed: string[] = [];
  const terminal = { print: (text: string) => printed.push(text), width: 120 } as unknown as Terminal;
  await forecastCommand(endpoint, { ...OPTIONS, ...options }, terminal);
  return printed.join('\n');
}

const json = async (options: Partial<ForecastOptions>) =>
  JSON.parse(await run({ json: true, ...options })) as Forecast & { readonly source: string };

test('the default plan at 1,000 requests a minute: steps, needs and time, as docs/simulation.md has it', async () => {
  const made = await json({ requestsPerMinute: 1000 });
  expect(made.source).toBe('of --requests-per-minute');
  expect(made.done).toBe(1);
  expect(Math.abs(made.total.median - 28)).toBeLessThan(0.2 * 28);
  expect(made.steps.map(({ step }) => step)).toEqual([
    'golden gate',
    'shadow of live',
    'canary at 10 %',
    'canary at 50 %',
  ]);
  expect(made.steps[1]).toMatchObject({
    pictures: 500,
    needs: [{ of: 'least', unit: 'pictures', more: 500 }, {}, {}, {}, {}, {}],
  });
  expect(made.steps[2]).toMatchObject({ kind: 'weight', alarmed: 0, minutes: { median: 7 }, requests: 700 });
});

/** Without a shadow, whose pictures take a while to make. */
const CANARY = [{ kind: 'canary', percent: 10, duration: '20m', maxHold: '6h', gates: { latency: false } }];
const plan = JSON.stringify(CANARY);

test('as a table, with the total and what it assumes', async () => {
  const text = await run({ requestsPerMinute: 1000, errors: 0.001, plan });
  expect(text).toMatch(/│ canary at 10 % +│ 20 min, the least time of the step, \d+ for /);
  expect(text).toMatch(/│ 2000 requests +│ 20 min \(\d+ min\) +│/);
  expect(text).toMatch(/\nTotal: 21 min \(\d+ min\); 100 % of 40 simulated rollouts end by themselves\.\n/);
  expect(text).toContain('Assumes a candidate as good as live; 1000 requests per minute (of --requests-per-minute)');
  expect(text).toContain('0.1 % of both versions fail, 0 % are rejected');
  expect(text).not.toContain('people decide');
});

test('a plan that does not end at this traffic: why, and what helps', async () => {
  const text = await run({ requestsPerMinute: 1, plan, rollouts: 20 });
  expect(text).toContain('Does not end by itself: 100 % of 20 simulated rollouts raise an alarm.');
  expect(text).toContain(
    'canary at 10 %: 100 % raise the alarm of maxHold, because it needs about 530 requests of the candidate for ' +
      'errors, 530 for rejections, 100 for the minimum of the step. Any of these helps: errorRate: { margin: 0.128 } ' +
      'or more and rejectionRate: { margin: 0.128 } or more and minRequests: 35 or fewer; a maxHold over 3.6 d.',
  );
});

test('people and their time are named', async () => {
  const made = await json({ requestsPerMinute: 1000, plan, rollouts: 20 });
  const text = forecastText({ ...made, people: true }, made.source, { width: 120 });
  expect(text).toContain('Besides, people decide; their time is not foretold.');
});

describe('a shadow that a labelled set judges', () => {
  const SET = 'labels/cars/deployed/0123456789abcdef/';
  const steps = stepsOfPlan([
    shadow({ judge: 'labels', labels: { prefix: SET } }),
    canary({ percent: 50, duration: '5m', gates: { minRequests: 1 } }),
  ]);
  const conditions: Conditions = {
    requestsPerMinute: 1000,
    errors: 0,
    rejections: 0,
    replaysPerMinute: 60,
    recorded: 0,
    recordedPerMinute: 0,
  };

  test('takes the time in which both versions answer its photos, without any recorded picture', () => {
    const made = forecast(steps, { ...conditions, labelled: { [SET]: 300 } }, 20);
    expect(made).toMatchObject({ labels: 'known', done: 1, people: false });
    expect(made.steps[1]).toMatchObject({ photos: 300, minutes: { median: 10, most: 10 }, alarmed: 0 });
    const text = forecastText(made, 'of --requests-per-minute', { width: 120 });
    expect(text).toMatch(/│ the answers to 300 labelled photos/);
    expect(text).toMatch(/│ 300 labelled photos +│ 10 min \(10 min\) +│/);
    expect(text).toContain('\nAssumes that the labelled photos prove the candidate.\n');
  });

  test('leaves no evidence: the canary after it takes as long as without it', () => {
    const slow = canary({ percent: 50, duration: '5m', gates: { latency: false, minRequests: 1 } });
    const canaryAfter = (...before: readonly Phase[]) =>
      forecast(stepsOfPlan([...before, slow]), { ...conditions, requestsPerMinute: 20 }, 40).steps.at(-1)?.minutes;
    const labelled = shadow({ judge: 'labels', labels: { prefix: SET } });
    expect(canaryAfter(labelled)).toEqual(canaryAfter());
  });

  test('of an unknown number of photos has no time', () => {
    const made = forecast(steps, conditions, 20);
    expect(made).toMatchObject({ labels: 'unknown', done: 1 });
    expect(made.steps[1]).not.toHaveProperty('photos');
    expect(forecastText(made, 'of the settings', { width: 120 })).toContain(
      'Besides, both versions answer a labelled set; its time is not foretold, because its photos are not known here.',
    );
  });
});

test.each<[string, Partial<ForecastOptions>, string, string]>([
  [
    'no rate is known',
    {},
    'count-cars',
    'Expected --requests-per-minute for count-cars, received none, and no deployment could be read: ',
  ],
  [
    'the endpoint is not in the settings',
    { requestsPerMinute: 1 },
    'count-cats',
    'Expected an endpoint of the settings (count-cars, count-apples, count-plants, predict), received count-cats',
  ],
  ['the plan is no JSON', { requestsPerMinute: 1, plan: 'canary' }, 'count-cars', 'Expected JSON for --plan'],
  [
    'the plan has faults',
    { requestsPerMinute: 1, plan: '[{"kind":"canary"}]' },
    'count-cars',
    'plan[0].percent: Expected a percentage over 0 and under 100, with at most two decimals, received undefined',
  ],
])('refused where %s', async (_, options, endpoint, message) => {
  await expect(run(options, endpoint)).rejects.toThrow(message);
});

test.each([
  ['--requests-per-minute', '0', 'Expected requests per minute, over 0, received 0.'],
  ['--errors', 'few', 'Expected a percentage, at least 0 % and under 100 %, received few.'],
  ['--rollouts', '3', 'Expected a whole number of rollouts, 20 to 10000, received 3.'],
])('%s %s: %s', async (option, value, message) => {
  const command = program();
  for (const each of [command, ...command.commands]) each.exitOverride().configureOutput({ writeErr: () => {} });
  await expect(command.parseAsync(['forecast', 'count-cars', option, value], { from: 'user' })).rejects.toThrow(
    message,
  );
});

test('the last day of a deployment: its metrics, and the pictures in its bucket', async () => {
  const now = new Date('2026-11-26T12:00:00Z');
  const keys = [1, 2, 3].map((hours) => KEYS.input('count-cars', `${idAt(now.getTime() - hours * 3_600_000)}000`));
  const list = async (_: string, { after = '', most }: { after?: string; most: number }) =>
    keys
      .toSorted()
      .filter((key) => key > after)
      .slice(0, most);
  const deployed = { endpoint: 'count-cars', functionName: 'cars', objects: { list } } as unknown as DeployedEndpoint;
  const sums: Record<string, number[]> = { predictions: [100, 30], rejections: [5], failures: [2], crashes: [3] };
  const asked: string[] = [];
  const send = async ({ input }: GetMetricDataCommand) => {
    const { MetricDataQueries = [] } = input;
    asked.push(
      ...MetricDataQueries.map(
        ({ MetricStat }) => `${MetricStat?.Metric?.Namespace} ${MetricStat?.Metric?.MetricName}`,
      ),
    );
    return { MetricDataResults: MetricDataQueries.map(({ Id = '' }) => ({ Id, Values: sums[Id] })) };
  };
  const cloudWatch = { send } as unknown as CloudWatchClient;
  expect(await readDayBefore(deployed, cloudWatch, { deployment: 'd', mostPictures: 2, now })).toEqual({
    requests: 140,
    rejections: 5,
    failures: 5,
    recorded: 2,
    recordedPerMinute: 3 / 1440,
  });
  expect(asked).toEqual([
    'MlDeployment/d Predictions',
    'MlDeployment/d Rejections',
    'MlDeployment/d Failures',
    'AWS/Lambda Errors',
  ]);
});
