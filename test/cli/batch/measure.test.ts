/** How many pictures are measured, with a function that takes the given times. */

import { jest } from '@jest/globals';
import type { DeployedBatch } from '../../../cli/batch/deployed-batch.ts';
import { measure } from '../../../cli/batch/measure.ts';
import type { BatchEvent } from '../../../functions/batch-contract.ts';

const TIMEOUT = 29;

let now = 0;
beforeEach(() => {
  now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => jest.restoreAllMocks());

/** @param times milliseconds of the pictures, whose keys are their indexes */
function deployed(times: readonly number[]) {
  const sizes: number[] = [];
  const send = async ({ input }: { input: { Payload: string } }) => {
    const { items } = JSON.parse(input.Payload) as BatchEvent;
    sizes.push(items.length);
    const endsAt = now + 1000 * TIMEOUT;
    let slowest = 0;
    for (const { Key } of items) {
      // As the function does (functions/detect/batch.ts).
      if (slowest > 0 && endsAt - now < 1000 + 2 * slowest) {
        return { FunctionError: 'Unhandled', Payload: Buffer.from('{"errorType":"BatchUnfinishedError"}') };
      }
      const ms = times[Number(Key)] ?? 0;
      now += ms;
      slowest = Math.max(slowest, ms);
    }
    const lines = items.map(({ Key }) => ({ id: Key, key: Key, status: 'done', ms: times[Number(Key)] }));
    return { Payload: Buffer.from(JSON.stringify({ function_version: '7', lines })) };
  };
  return { batch: { functionName: 'cars', lambda: { send } } as unknown as DeployedBatch, sizes };
}

test.each([
  ['fast pictures: all of them', Array(8).fill(100), [1, 1, 8], { perPicture: 100, slowest: 100 }],
  ['of 5 s: two', Array(8).fill(5000), [1, 1, 2], { perPicture: 5000, slowest: 5000 }],
  ['of 20 s: one', Array(8).fill(20_000), [1, 1], { perPicture: 20_000, slowest: 20_000 }],
  ['one picture', [300], [1, 1], { perPicture: 300, slowest: 300 }],
  [
    'slow ones after a fast one: half, until they fit',
    [100, 6000, 6000, 6000, 6000, 6000, 6000, 6000],
    [1, 1, 8, 4],
    { perPicture: 4525, slowest: 6000 },
  ],
])('%s', async (_, times: number[], sizes, measured) => {
  const { batch, sizes: invoked } = deployed(times);
  const sample = times.map((_time, index) => ({ Key: `${index}` }));
  const pinned = { version: '7', timeoutSeconds: TIMEOUT };
  expect(await measure(batch, pinned, { bucket: 'b', annotate: false, sample })).toEqual(measured);
  expect(invoked).toEqual(sizes);
});

test('another error of the function is refused', async () => {
  const send = async () => ({ FunctionError: 'Unhandled', Payload: Buffer.from('{"errorType":"Error"}') });
  const batch = { functionName: 'cars', lambda: { send } } as unknown as DeployedBatch;
  const measuring = measure(
    batch,
    { version: '7', timeoutSeconds: TIMEOUT },
    { bucket: 'b', annotate: false, sample: [{ Key: '0' }] },
  );
  await expect(measuring).rejects.toThrow(
    'Expected an answer of version 7 to pictures of the job, received {"errorType":"Error"}',
  );
});
