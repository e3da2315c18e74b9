/** Asynchronous invocations repeat as Lambda's do. */

import { invokeAsynchronously } from '../../../local/events/asynchronous.ts';
import type { EventBuses } from '../../../local/events/bus.ts';
import { eventsResources } from '../../../local/events/resources.ts';
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

test('a rule of each hour invokes its function, with an empty event', async () => {
  const invoked: unknown[] = [];
  let pass = () => {};
  const clock = {
    now: () => new Date('2026-11-27T10:00:00Z'),
    wait: (seconds: number) => {
      expect(seconds).toBe(15 * 60);
      return new Promise<void>((resolve) => {
        pass = resolve;
      });
    },
  };
  const lambda = { invoke: async (...args: unknown[]) => ({ failed: invoked.push(args) === 0 }) as never };
  const unused = () => {
    throw new Error('Expected no call, received one');
  };
  const buses = { remove: () => {} } as unknown as EventBuses;
  const types = eventsResources({ bus: buses, machines: { start: unused }, lambda, clock, onError: unused });
  const Targets = [{ Id: 'a', Arn: 'arn:aws:lambda:us-east-1:000000000000:function:f' }];
  const context = { stack: { name: 'S' }, logicalId: 'Rule' } as never;
  types['AWS::Events::Rule']?.apply({ ScheduleExpression: 'cron(15 * * * ? *)', Targets }, context);
  clock.wait = () => new Promise(() => {});
  pass();
  await new Promise(setImmediate);
  expect(invoked).toEqual([['arn:aws:lambda:us-east-1:000000000000:function:f', '{}']]);
});
