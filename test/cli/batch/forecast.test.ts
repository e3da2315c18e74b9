/** What a job will do, take and cost. */

import { batchSize, forecast, MOST_BATCH, type Planned } from '../../../cli/batch/forecast.ts';
import { forecastInWords } from '../../../cli/batch/words.ts';
import { PRICES } from '../../../lib/prices.ts';

const { dollars: PRICE } = PRICES;

function planned(changes: Partial<Planned> = {}, pictures = 20_000): Planned {
  return {
    counted: { pictures, requests: { lists: Math.ceil(pictures / 1000), gets: 0 } },
    pinned: { version: '7', timeoutSeconds: 29, memoryMb: 1769, arch: 'arm64' },
    measured: { perPicture: 100, slowest: 130 },
    concurrency: 5,
    annotate: false,
    ...changes,
  };
}

test('20,000 pictures: children, transitions, invocations, requests, time and dollars', () => {
  const { bill, dollars, ...counts } = forecast(planned());
  expect(counts).toEqual({
    pictures: 20_000,
    batch: 100,
    children: 200,
    transitions: 202,
    invocations: 200,
    requests: { lists: 20, gets: 40_000, puts: 20_000 },
    seconds: 400,
  });
  const computing = 20_000 * 0.1 * (1769 / 1024) * PRICE.lambdaGbSecondArm64;
  const calls = 200 * PRICE.lambdaInvocation + 202 * PRICE.stateTransition;
  expect(dollars).toBeCloseTo(computing + calls + 20_020 * PRICE.s3Put + 40_000 * PRICE.s3Get, 10);
  expect(bill.map(({ item }) => item)).toEqual([
    'Lambda: time',
    'Lambda: invocations',
    'Step Functions',
    'S3: lists and results',
    'S3: reads',
  ]);
});

test('annotated pictures are one more write each', () => {
  expect(forecast(planned({ annotate: true })).requests.puts).toBe(40_000);
});

test.each<[string, Partial<Planned>, number, number]>([
  ['half of the timeout for its slowest pictures', { measured: { perPicture: 400, slowest: 1000 } }, 20_000, 14],
  ['one picture, however slow it is', { measured: { perPicture: 20_000, slowest: 28_000 } }, 20_000, 1],
  ['four batches for each invocation at a time', {}, 60, 3],
  ['one of few pictures', {}, 2, 1],
  ['so many that input and answer fit', { measured: { perPicture: 1, slowest: 1 } }, 20_000, MOST_BATCH],
])('a batch has %s', (_, changes, pictures, size) => {
  expect(batchSize(planned(changes, pictures))).toBe(size);
});

test('the forecast in words', () => {
  expect(forecastInWords(forecast(planned()), { version: '7', concurrency: 5, perPicture: 100 }).split('\n')).toEqual([
    '20,000 pictures by version 7, 100 ms each as measured now',
    '200 batches of 100, 5 at a time: about 7 min',
    '202 transitions, 200 invocations, 60,020 requests to S3',
    '  Lambda: time: 20,000 pictures × 0.1 s × 1,769/1,024 GB × $0.0000133334 = $0.046',
    '  Lambda: invocations: 200 invocations × $0.0000002 = $0.00004',
    '  Step Functions: 202 transitions × $0.000025 = $0.0051',
    '  S3: lists and results: 20,020 requests × $0.000005 = $0.1',
    '  S3: reads: 40,000 requests × $0.0000004 = $0.016',
    'About $0.17, without retries, logs and the storage of results',
  ]);
});
