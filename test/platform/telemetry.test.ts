import type { Context } from 'aws-lambda';
import { ENDPOINT_METRICS, LOG_BYTES } from '../../cli/costs/bill.ts';
import { DIMENSION, METRIC, metricNamespace } from '../../functions/contract.ts';
import { type RequestRecord, Telemetry } from '../../functions/platform/telemetry.ts';

/** An EMF line, as CloudWatch reads it. */
interface Emf {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: string[][];
      readonly Metrics: { readonly Name: string }[];
    }[];
  };
  readonly [field: string]: unknown;
}

const invokedBy = (alias: string) =>
  ({ invokedFunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:detect:${alias}` }) as Context;

/** The EMF lines of these requests, in a process that has answered before. */
function linesOf(alias: string, ...requests: readonly RequestRecord[]): Emf[] {
  const log = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const telemetry = startedBy(alias);
  telemetry.begin(invokedBy(alias), 850);
  log.mockClear();
  for (const request of requests) telemetry.record(request);
  return taken(log);
}

function startedBy(alias: string): Telemetry {
  const telemetry = new Telemetry({
    namespace: metricNamespace('shop'),
    endpoint: 'count-cars',
    functionName: 'shop-cars',
    functionVersion: '7',
  });
  telemetry.begin(invokedBy(alias), 850);
  return telemetry;
}

function taken(log: jest.SpyInstance): Emf[] {
  const lines = log.mock.calls.map(([line]) => {
    expect(line).toMatch(/^[^\n]*\n$/);
    return JSON.parse(line) as Emf;
  });
  log.mockRestore();
  return lines;
}

/** The EMF lines of a new process, whose first invocation is by one alias, with these requests. */
function firstLinesOf(alias: string, ...requests: readonly RequestRecord[]): Emf[] {
  const log = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const telemetry = startedBy(alias);
  for (const request of requests) telemetry.record(request);
  return taken(log);
}

const REQUEST = [METRIC.predictions, METRIC.rejections, METRIC.failures, METRIC.duration, METRIC.objects];

const dimensions = ({ _aws }: Emf) => _aws.CloudWatchMetrics.flatMap((each) => each.Dimensions);

test('a prediction of live traffic is recorded by endpoint, function and version', () => {
  const [request, ...others] = linesOf('live', {
    ending: 'prediction',
    durationMs: 120,
    objects: 3,
    steps: { infer: 40, store: 20, unknown: 1 },
  });
  expect(request).toMatchObject({
    [DIMENSION.endpoint]: 'count-cars',
    [DIMENSION.function]: 'shop-cars',
    [DIMENSION.version]: '7',
    [METRIC.predictions]: 1,
    [METRIC.rejections]: 0,
    [METRIC.failures]: 0,
    [METRIC.duration]: 120,
    [METRIC.objects]: 3,
  });
  expect(request?._aws.CloudWatchMetrics[0]?.Namespace).toBe('MlDeployment/shop');
  expect(request).toMatchObject({ [METRIC.step.infer]: 40, [METRIC.step.store]: 20 });
  expect(request).not.toHaveProperty('unknown');
  const version = 'service,function,version';
  expect(namesOf([request as Emf])).toEqual([
    ...REQUEST.flatMap((name) => [`${name},${version}`, `${name},service`]),
    ...[METRIC.step.infer, METRIC.step.store].map((name) => `${name},service`),
  ]);
  expect(others).toEqual([]);
});

test('a request on the candidate’s own path has no version', () => {
  const [request] = linesOf('candidate', { ending: 'prediction', durationMs: 1 });
  expect(dimensions(request as Emf)).toEqual([['service']]);
  expect(request).not.toHaveProperty(DIMENSION.version);
  expect(request).not.toHaveProperty(DIMENSION.function);
});

test.each(['rejection', 'failure'] as const)('a %s is recorded without objects', (ending) => {
  const lines = linesOf('live', { ending, durationMs: 5 });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    [METRIC.predictions]: 0,
    [METRIC.rejections]: ending === 'rejection' ? 1 : 0,
    [METRIC.failures]: ending === 'failure' ? 1 : 0,
  });
  // A rejection ends before the model runs.
  expect(lines[0]?.[METRIC.duration]).toBe(ending === 'failure' ? 5 : undefined);
  expect(lines[0]).not.toHaveProperty(METRIC.objects);
});

/** The names of all metrics with their dimensions. */
const namesOf = (lines: readonly Emf[]) =>
  lines.flatMap(({ _aws }) =>
    _aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) =>
      Metrics.flatMap(({ Name }) => Dimensions.map((names) => [Name, ...names].join())),
    ),
  );

describe('a new process', () => {
  const VERSION = 'service,function,version';
  const request: RequestRecord = { ending: 'prediction', durationMs: 600 };

  test.each(['live', 'candidate'])('records its start once, by its version, whoever invoked it: %s', (alias) => {
    const lines = firstLinesOf(alias, request, request);
    const starts = lines.filter((line) => METRIC.initDuration in line);
    expect(starts).toHaveLength(1);
    expect(starts[0]).toMatchObject({ [METRIC.initDuration]: 850, [DIMENSION.version]: '7' });
    expect(namesOf(starts)).toEqual([`${METRIC.initDuration},${VERSION}`]);
  });

  test('records its first request apart from the later ones of its version', () => {
    const names = namesOf(firstLinesOf('live', request));
    expect(names).toContain(`${METRIC.firstDuration},${VERSION}`);
    expect(names).toContain(`${METRIC.duration},service`);
    expect(names).not.toContain(`${METRIC.duration},${VERSION}`);
    const later = namesOf(firstLinesOf('live', request, request));
    expect(later.filter((name) => name === `${METRIC.firstDuration},${VERSION}`)).toHaveLength(1);
    expect(later.filter((name) => name === `${METRIC.duration},${VERSION}`)).toHaveLength(1);
  });

  test.each<[string, string, RequestRecord]>([
    ['on the path of the candidate', 'candidate', request],
    ['that is rejected', 'live', { ending: 'rejection', durationMs: 3 }],
  ])('does not record a first request %s', (_, alias, first) => {
    expect(namesOf(firstLinesOf(alias, first, request)).join()).not.toContain(METRIC.firstDuration);
  });
});

describe('the bill', () => {
  const STEPS = {
    decode: 12.3456,
    tensor: 1.2345,
    infer: 60.1234,
    boxes: 1.2345,
    draw: 3.2345,
    encode: 11.2,
    store: 25,
  };
  const lines = linesOf('live', { ending: 'prediction', durationMs: 123.456, objects: 3, steps: STEPS });

  test('an endpoint has as many metrics as the bill says: each name with each set of dimensions', () => {
    const first = firstLinesOf('live', { ending: 'prediction', durationMs: 600 });
    expect(new Set([...namesOf(lines), ...namesOf(first)]).size).toBe(ENDPOINT_METRICS);
    expect(ENDPOINT_METRICS).toBe(19);
  });

  test('the log of a request’s metrics is as long as the bill says', () => {
    const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(JSON.stringify(line)), 0);
    expect(bytes).toBeLessThan(LOG_BYTES.metrics);
    expect(bytes).toBeGreaterThan(0.8 * LOG_BYTES.metrics);
  });
});
