/** The options of `npm start` that make the emulator stricter. */

import { command, describeStrictness, type Options } from '../../../local/cli/options.ts';

/** Options of a command line. Throws what the command prints. */
function read(...args: readonly string[]): Options {
  const program = command('/project')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  return program.parse(args, { from: 'user' }).opts<Options>();
}

const FAULTS = 's3:503:0.01 lambda:500:0.01 cloudwatch:500:0.01 states:400:0.01';

test('by default nothing waits and nothing fails', () => {
  expect(describeStrictness(read())).toEqual([]);
  expect(read()).toMatchObject({ accountConcurrency: Number.POSITIVE_INFINITY, fault: [], seed: 1 });
});

test('--like-aws sets everything that makes it stricter', () => {
  expect(describeStrictness(read('--like-aws'))).toEqual([
    '10 concurrent invocations in the account',
    'new roles are refused for 8 s',
    'metrics come 60 s late, those of Lambda itself 210 s',
    `faults: ${FAULTS}`,
  ]);
});

test.each([
  [['--account-concurrency', '90'], { accountConcurrency: 90, freshRoles: 8 }],
  [['--fresh-roles', '0'], { accountConcurrency: 10, freshRoles: 0 }],
  [['--late-metrics', '0,0'], { lateMetrics: { emf: 0, lambda: 0 }, freshRoles: 8 }],
  [['--fault', 's3:503:0'], { fault: [{ service: 's3', status: 503, rate: 0 }], freshRoles: 8 }],
])('%j overrides it, in any order', (option, expected) => {
  expect(read('--like-aws', ...option)).toMatchObject(expected);
  expect(read(...option, '--like-aws')).toMatchObject(expected);
});

test('hosts are added up, and compared in lower case', () => {
  expect(read().allowHost).toEqual([]);
  expect(read('--allow-host', 'Laptop.example', '--allow-host', '10.0.0.1').allowHost).toEqual([
    'laptop.example',
    '10.0.0.1',
  ]);
});

test('faults are added up', () => {
  const { fault } = read('--fault', 's3.PutObject:503:0.2', '--fault', 'lambda:429:1');
  expect(fault).toEqual([
    { service: 's3', operation: 'PutObject', status: 503, rate: 0.2 },
    { service: 'lambda', status: 429, rate: 1 },
  ]);
});

test.each([
  ['--fault', 's3', 'Expected service:status:rate or service.Operation:status:rate, as s3:503:0.2, received s3.'],
  [
    '--fault',
    'S3:503:1',
    'Expected one of s3, sqs, lambda, cloudwatch, eventbridge, states, cloudformation, sns, ssm, sts for ' +
      'the service, received S3.',
  ],
  [
    '--fault',
    'cloudwatch.PutMetricData:500:1',
    'Expected GetMetricData for the operation of cloudwatch, received PutMetricData.',
  ],
  ['--fault', 'lambda:503:1', 'Expected one of 429, 500 for the status of lambda, received 503.'],
  ['--fault', 's3:503:2', 'Expected a number from 0 to 1 for the rate, received 2.'],
  ['--fault', 's3:503:-1', 'Expected a number from 0 to 1 for the rate, received -1.'],
  ['--fault', 's3:503:often', 'Expected a number from 0 to 1 for the rate, received often.'],
  ['--seed', '-1', 'Expected a whole number of at least 0, received -1.'],
  ['--account-concurrency', '0', 'Expected a whole number of at least 1, received 0.'],
  ['--account-concurrency', '2.5', 'Expected a whole number of at least 1, received 2.5.'],
  ['--allow-host', 'laptop:80', 'Expected a host name without port, as laptop.example.org, received laptop:80.'],
  ['--late-metrics', '60', 'Expected two whole numbers, as 60,210, received 60.'],
])('%s %s is refused', (option, value, message) => {
  expect(() => read(option, value)).toThrow(message);
});
