/** Two deployments in one account, and a stack that was deleted and created again: no number of one in the other. */

import type { Context } from 'aws-lambda';
import { DIMENSION, METRIC, metricNamespace } from '../../functions/contract.ts';
import type { TrafficObservation } from '../../functions/judge/observations.ts';
import { type Ending, Telemetry } from '../../functions/platform/telemetry.ts';
import { Traffic } from '../../functions/rollout/traffic.ts';
import { Clock } from '../../local/clock.ts';
import { Metrics } from '../../local/cloudwatch/metrics.ts';
import { cloudWatchOf } from './fixtures/cloud-watch.ts';

/** An endpoint's function. All have the endpoint `count-cars`, whose versions are 1 and 2. */
interface Source {
  readonly deployment: string;
  readonly functionName: string;
}
const STAGING: Source = { deployment: 'staging', functionName: 'staging-CountCars-Function-A' };
const DELETED: Source = { deployment: 'production', functionName: 'production-CountCars-Function-B' };
const PRESENT: Source = { deployment: 'production', functionName: 'production-CountCars-Function-C' };

const ENDPOINT = 'count-cars';
const MINUTE_MS = 60_000;

/** The metrics of one account and region. */
const metrics = new Metrics(new Clock());

/** Requests of live traffic. */
function answer({ deployment, functionName }: Source, functionVersion: string, endings: readonly Ending[], ms: number) {
  const log = jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
    metrics.line(String(line));
    return true;
  });
  const namespace = metricNamespace(deployment);
  const telemetry = new Telemetry({ namespace, endpoint: ENDPOINT, functionName, functionVersion });
  telemetry.begin({ invokedFunctionArn: `arn:aws:lambda:us-east-1:0:function:${functionName}:live` } as Context, 900);
  for (const ending of endings) telemetry.record({ ending, durationMs: ms });
  log.mockRestore();
}

const trafficOf = ({ deployment, functionName }: Source) =>
  new Traffic(cloudWatchOf(metrics), { namespace: metricNamespace(deployment), endpoint: ENDPOINT, functionName });

const repeated = (ending: Ending, times: number): Ending[] => Array.from({ length: times }, () => ending);

beforeAll(() => {
  answer(STAGING, '2', repeated('failure', 50), 9000);
  answer(DELETED, '1', repeated('prediction', 70), 5000);
  answer(DELETED, '2', repeated('failure', 30), 5000);
  answer(PRESENT, '1', repeated('prediction', 20), 100);
  answer(PRESENT, '2', repeated('prediction', 10), 100);
});

test.each([
  ['the present stack', PRESENT, [20, 0], [10, 0]],
  ['the deleted stack', DELETED, [70, 0], [30, 30]],
  ['the other deployment', STAGING, [0, 0], [50, 50]],
] as const)('%s counts its own requests only', async (_, source, live, candidate) => {
  const now = Date.now();
  const observed = await trafficOf(source).minutes(
    { live: '1', candidate: '2' },
    Math.floor(now / MINUTE_MS) - 2,
    new Date(now + 60 * MINUTE_MS),
  );
  const { minutes } = observed as TrafficObservation;
  const sum = (role: 'live' | 'candidate', field: 'requests' | 'failures') =>
    minutes.reduce((total, minute) => total + minute[role][field], 0);
  expect([sum('live', 'requests'), sum('live', 'failures')]).toEqual(live);
  expect([sum('candidate', 'requests'), sum('candidate', 'failures')]).toEqual(candidate);
});

test('the usual times of version 1 are those of the present function', async () => {
  const at = new Date(Date.now() + MINUTE_MS);
  const bounds = { slowerThanMs: expect.closeTo(110, 9), firstSlowerThanMs: expect.closeTo(110, 9) };
  const coldStarts = { starts: 1, medianMs: 900 };
  expect(await trafficOf(PRESENT).usualTimes('1', at)).toEqual({ ...bounds, coldStarts });
  expect(await trafficOf(STAGING).usualTimes('1', at)).toEqual({});
});

test('the sum of an endpoint’s requests leaves out other deployments', () => {
  const [from, to] = [new Date(Date.now() - 5 * MINUTE_MS), new Date(Date.now() + 5 * MINUTE_MS)];
  const sum = (deployment: string) =>
    metrics
      .query({
        namespace: metricNamespace(deployment),
        name: METRIC.failures,
        dimensions: { [DIMENSION.endpoint]: ENDPOINT },
        periodMs: MINUTE_MS,
        statistic: { kind: 'sum' },
        from,
        to,
      })
      .reduce((total, { value }) => total + value, 0);
  expect([sum('staging'), sum('production')]).toEqual([50, 30]);
});
