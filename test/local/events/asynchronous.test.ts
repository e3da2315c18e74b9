/** Asynchronous invocations repeat as Lambda's do. */

import { invokeAsynchronously } from '../../../local/events/asynchronous.ts';
import { ThrottledError } from '../../../local/lambda/concurrency.ts';

type Attempt = 'done' | 'failed' | 'throttled';

async function invoked(...attempts: readonly Attempt[]): Promise<{ readonly waits: number[]; readonly calls: number }> {
  const waits: number[] = [];
  let calls = 0;
  const invoke = async () => {
    const attempt = attempts[calls];
    calls += 1;
    if (attempt === 'throttled') throw new ThrottledError('ConcurrentInvocationLimitExceeded');
    return { failed: attempt === 'failed' } as never;
  };
  const clock = { wait: async (seconds: number) => void waits.push(seconds) };
  await invokeAsynchronously({ lambda: { invoke }, clock }, 'arn', '{}');
  return { waits, calls };
}

test('a function that fails runs twice more, after one and two minutes', async () => {
  expect(await invoked('done')).toEqual({ waits: [], calls: 1 });
  expect(await invoked('failed', 'done')).toEqual({ waits: [60], calls: 2 });
  expect(await invoked('failed', 'failed', 'failed')).toEqual({ waits: [60, 120], calls: 3 });
});

test('a throttled event comes again, and that counts as no failure', async () => {
  expect(await invoked('throttled', 'throttled', 'failed', 'done')).toEqual({ waits: [1, 2, 60], calls: 4 });
});

test('without the function it throws', async () => {
  const invoke = async () => {
    throw new Error('Function not found');
  };
  const services = { lambda: { invoke }, clock: { wait: async () => {} } };
  await expect(invokeAsynchronously(services, 'arn', '{}')).rejects.toThrow('Function not found');
});
