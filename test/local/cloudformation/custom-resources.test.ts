/** CloudFormation's invocations of custom resources are asynchronous: a throttled one is tried again. */

import { CustomResources } from '../../../local/cloudformation/custom-resources.ts';
import { ThrottledError } from '../../../local/lambda/concurrency.ts';

/** A custom resource whose function is throttled so many times; `waits` are the pauses, seconds. */
function customResource(throttled: number) {
  const waits: number[] = [];
  let invocations = 0;
  const lambda = {
    invoke: async (_: string, event: string) => {
      invocations += 1;
      if (invocations <= throttled) throw new ThrottledError('ConcurrentInvocationLimitExceeded');
      const { pathname: path } = new URL(JSON.parse(event).ResponseURL);
      const body = Buffer.from(JSON.stringify({ Status: 'SUCCESS', PhysicalResourceId: 'made' }));
      await resources.serveUnsigned({ method: 'PUT', path, query: new URLSearchParams(), headers: {}, body });
      return { failed: false };
    },
  };
  const clock = { wait: async (seconds: number) => void waits.push(seconds) };
  const services = { lambda, clock } as unknown as ConstructorParameters<typeof CustomResources>[0];
  const resources: CustomResources = new CustomResources(services, { url: '', endpoint: 'http://127.0.0.1' });
  return { resources, waits };
}

const context = { type: 'Custom::Thing', logicalId: 'Thing', stack: { name: 'S' } } as never;

test('a throttled invocation is tried again, after pauses of up to five minutes', async () => {
  const { resources, waits } = customResource(11);
  const made = await resources.apply({ ServiceToken: 'arn:f' }, context);
  expect(made.ref).toBe('made');
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
});

test('any other error ends the deployment', async () => {
  const lambda = { invoke: () => Promise.reject(new Error('no such function')) };
  const services = { lambda, clock: {} } as unknown as ConstructorParameters<typeof CustomResources>[0];
  const resources = new CustomResources(services, { url: '', endpoint: 'http://127.0.0.1' });
  await expect(resources.apply({ ServiceToken: 'arn:f' }, context)).rejects.toThrow(
    'Custom::Thing Thing failed: Error: no such function',
  );
});
