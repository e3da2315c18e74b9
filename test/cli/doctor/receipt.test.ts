/** Receipts are public. */

import fc from 'fast-check';
import { likelyHits } from '../../../cli/doctor/binomial.ts';
import { exitCodeOf } from '../../../cli/doctor/exit-codes.ts';
import { type Receipt, receiptJson, receiptText } from '../../../cli/doctor/receipt.ts';
import { redact } from '../../../cli/doctor/redact.ts';
import { failed, ok, skipped, warning } from '../../../cli/doctor/result.ts';
import { isLikely } from '../../journeys/binomial.ts';

describe('redaction', () => {
  test.each([
    ['arn:aws:lambda:us-east-1:123456789012:function:cars', 'arn:aws:lambda:us-east-1:<account>:function:cars'],
    ['User: arn:aws:sts::123456789012:assumed-role/admin/ann is', 'User: arn:aws:sts::<identity> is'],
    ['bucket-123456789012-us-east-1', 'bucket-<account>-us-east-1'],
    ['key AKIAIOSFODNN7EXAMPLE is', 'key <key> is'],
    ['https://b.s3.amazonaws.com/a?X-Amz-Signature=abc&b=c is', 'https://b.s3.amazonaws.com/a?<query> is'],
    ['Bearer eyJhbGciOi.eyJzdWIiOi.abc-_1', 'Bearer <token>'],
    ['ENOENT: /home/ann/project/models/a.json', 'ENOENT: <path>'],
    ["open '/Users/ann/x.ts:3'", "open '<path>'"],
    ['at file:///home/ann/x.ts', 'at <path>'],
    ['C:\\Users\\ann\\x', '<path>'],
    ['mail ann.lee@example.com', 'mail <address>'],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  test.each([
    'POST /count-cars/uploads is answered by 403 (Forbidden)',
    'npm run rollout -- rollback count-cars, see docs/runbook.md',
    'counted 3 in cars.jpg in 0.18 s, by version 1, as expected',
    'aws s3 rm "s3://bucket/uploads/count-cars/id=0198-2"',
    '80530636800 bytes, 1234567890123 more',
  ])('%s stays', (text) => {
    expect(redact(text)).toBe(text);
  });

  test('keys in use are removed wherever they are', () => {
    const secret = fc.string({ minLength: 16, maxLength: 40, unit: 'binary-ascii' });
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (key, before, after) => {
        expect(redact(`${before}${key}${after}`, { secrets: [key, ''], folders: [] })).not.toContain(key);
      }),
    );
  });
});

test('folders of this machine are removed wherever they are', () => {
  const own = { secrets: [], folders: ['/work (1)/project', '/'] };
  expect(redact('at run (file:///work (1)/project/cli/a.ts:3:4)', own)).toBe('at run (<path>)');
});

const receipt: Receipt = {
  deployment: 'prod',
  region: 'eu-west-1',
  at: '2026-11-26T12:00:00.000Z',
  node: 'v24.0.0',
  isInterrupted: false,
  seconds: 12.3,
  rows: [
    { check: 'region', ...ok('eu-west-1') },
    {
      check: 'code storage',
      ...warning('70 of 75 GB, account 123456789012', 'delete some', { value: 70, unit: 'GB' }),
    },
    { check: 'stacks', ...failed('prod-CountCars is ROLLBACK_COMPLETE', 'npm run deploy') },
    { check: 'split', ...skipped('one version') },
  ],
};
const NOTHING = { secrets: [], folders: [] };
const look = { paint: (_: string, text: string) => text };

test('a receipt has a line for each check and each remedy, and the counts', () => {
  expect(receiptText(receipt, NOTHING, look).split('\n')).toEqual([
    'npm run doctor: prod in eu-west-1, 2026-11-26T12:00:00.000Z, Node v24.0.0',
    'ok       region        eu-west-1',
    'warning  code storage  70 of 75 GB, account <account>',
    '                       remedy: delete some',
    'failed   stacks        prod-CountCars is ROLLBACK_COMPLETE',
    '                       remedy: npm run deploy',
    'skipped  split         one version',
    '1 ok, 1 warning, 1 failed, 1 skipped, in 12.3 s',
  ]);
});

test('an interrupted one says so', () => {
  const { region: _, ...rest } = receipt;
  const text = receiptText({ ...rest, isInterrupted: true }, NOTHING, look);
  expect(text).toContain('npm run doctor: prod, 2026');
  expect(text).toContain('\ninterrupted: the other checks did not run\n');
});

test('as JSON it has the numbers', () => {
  expect(JSON.parse(receiptJson(receipt, NOTHING))).toMatchObject({
    deployment: 'prod',
    ok: 1,
    failed: 1,
    checks: [
      { check: 'region', outcome: 'ok' },
      { check: 'code storage', words: '70 of 75 GB, account <account>', measured: { value: 70, unit: 'GB' } },
      { check: 'stacks', remedy: 'npm run deploy' },
      { check: 'split', outcome: 'skipped' },
    ],
  });
});

test('only a failed check, or an interruption, is an exit code of 1', () => {
  const [good, fair, bad, none] = receipt.rows;
  if (!good || !fair || !bad || !none) throw new Error('Expected four rows');
  expect(exitCodeOf([good, fair, none], false)).toBe(0);
  expect(exitCodeOf([good, fair, none], true)).toBe(1);
  expect(exitCodeOf([good, bad], false)).toBe(1);
});

test('likely hits are those of an interval that the journeys calculate by other means', () => {
  const { least, most } = likelyHits(200, 0.5, 0.0005);
  expect([least - 1, least, most, most + 1].map((hits) => isLikely(hits, 200, 0.5))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(likelyHits(200, 0.5, 0.000_05)).toEqual({ least: 73, most: 127 });
  const skewed = likelyHits(200, 0.1, 0.0005);
  expect(
    [skewed.least - 1, skewed.least, skewed.most, skewed.most + 1].map((hits) => isLikely(hits, 200, 0.1)),
  ).toEqual([false, true, true, false]);
});
