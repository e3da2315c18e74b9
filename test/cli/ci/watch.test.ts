/** When `ci watch` ends, with which code, and what it says. */

import { EXIT_HELP } from '../../../cli/ci/exit-codes.ts';
import { type Watched, waitForVerdicts } from '../../../cli/ci/release/watch.ts';
import type { DeployedEndpoint } from '../../../cli/rollout/deployed-endpoint.ts';
import { EXIT_HELP as ROLLOUT_HELP } from '../../../cli/rollout/exit-codes.ts';
import type { TickRecord } from '../../../functions/records/tick-record.ts';
import { type FakeClients, fakeClients, tick } from '../../standing/fake-clients.ts';

/** An endpoint whose rollout of a version has this status. */
function watched(status: TickRecord['status'], execution: string, version = '4', name = 'count-cars'): Watched {
  const clients: FakeClients = { ...fakeClients(execution), endpoint: name };
  tick(clients, { status, words: '7 errors in 52 requests', endpoint: name });
  return { name, version, deployed: clients as unknown as DeployedEndpoint };
}

async function wait(all: readonly Watched[], minutes = 1): Promise<[code: number, lines: string[]]> {
  const lines: string[] = [];
  const output = { print: (text: string) => lines.push(text), note: () => {} };
  return [await waitForVerdicts(all, { minutes, everyMs: 0 }, output), lines];
}

test.each([
  ['held', 'RUNNING', 11, 'waits for an operator: resume, promote or rollback', '7 errors in 52 requests'],
  ['rolled back', 'FAILED', 12, 'was rolled back', '7 errors in 52 requests'],
  ['superseded', 'FAILED', 13, 'was superseded', '7 errors in 52 requests'],
  ['stopped', 'FAILED', 14, 'was stopped, because someone else moved the alias', '7 errors in 52 requests'],
  ['running', 'FAILED', 15, 'failed: its controller stopped with an error', 'FAILED: no cause given'],
] as const)(
  '%s (execution %s) ends it with %d, and with the verdict',
  async (status, execution, code, words, verdict) => {
    const [received, lines] = await wait([watched(status, execution)]);
    expect(received).toBe(code);
    expect(lines[0]).toBe('waits for version 4 of count-cars');
    expect(lines.at(-2)).toBe(
      `count-cars: the rollout of version 4 ${words}; version 3: 90 %, version 4: 10 %. Verdict: ${verdict}`,
    );
    expect(lines.at(-1)).toBe('Stops here: nothing is deployed to the next account.');
    expect(EXIT_HELP).toMatch(new RegExp(`^ +${code}  `, 'm'));
    expect(ROLLOUT_HELP).toMatch(new RegExp(`^ +${code}  `, 'm'));
  },
);

test('done: it ends with 0', async () => {
  const [code, lines] = await wait([watched('done', 'SUCCEEDED'), watched('done', 'SUCCEEDED', '4', 'count-apples')]);
  expect(code).toBe(0);
  expect(lines[0]).toBe('waits for version 4 of count-cars, version 4 of count-apples');
  expect(lines.at(-1)).toBe('All rollouts are done.');
});

test('a rollback ends it at once, though another rollout is still running', async () => {
  const running = watched('running', 'RUNNING', '4', 'count-apples');
  const [code, lines] = await wait([running, watched('rolled back', 'FAILED')]);
  expect(code).toBe(12);
  expect(lines).toContain('count-apples: the rollout of version 4 is no longer waited for; it continues');
});

test('a version whose rollout is over keeps its verdict, though a newer one is running', async () => {
  const one = watched('rolled back', 'RUNNING', '3');
  const clients = one.deployed as unknown as FakeClients;
  tick(clients, { status: 'rolled back', version: '3', execution: 'v3-abc', words: 'worse' });
  tick(clients, {});
  const [code, lines] = await wait([one]);
  expect(code).toBe(12);
  expect(lines.at(-2)).toContain('the rollout of version 3 was rolled back');
});

test('after the given time it ends with 10, and the rollout continues', async () => {
  const [code, lines] = await wait([watched('running', 'RUNNING')], 0.0001);
  expect(code).toBe(10);
  expect(lines.at(-2)).toBe('count-cars: the rollout of version 4 has no verdict after 0.0001 minutes; it continues');
});
