/** When `watch` ends, and with which code. */

import { type WatchOptions, watchCommand } from '../../../cli/rollout/commands/watch.ts';
import type { DeployedEndpoint } from '../../../cli/rollout/deployed-endpoint.ts';
import { OrderRefusedError } from '../../../cli/rollout/errors.ts';
import { EXIT_HELP } from '../../../cli/rollout/exit-codes.ts';
import type { Terminal } from '../../../cli/terminal/terminal.ts';
import type { TickRecord } from '../../../functions/records/tick-record.ts';
import { type FakeClients, fakeClients, tick } from '../../standing/fake-clients.ts';

/** Watches until the end. @returns the exit code and the last line */
async function watch(clients: FakeClients, options: WatchOptions = {}): Promise<[code: number, last: string]> {
  const printed: string[] = [];
  const terminal = { print: (text: string) => printed.push(text), isInteractive: false } as unknown as Terminal;
  const code = await watchCommand(clients as unknown as DeployedEndpoint, options, terminal);
  return [code, printed.at(-1) ?? ''];
}

function inStatus(status: TickRecord['status'], execution = 'RUNNING', more: Partial<TickRecord> = {}): FakeClients {
  const clients = fakeClients(execution);
  tick(clients, { status, ...more });
  return clients;
}

test.each([
  ['done', 'SUCCEEDED', 0, 'is done'],
  ['held', 'RUNNING', 11, 'waits for an operator: resume, promote or rollback'],
  ['alarmed', 'RUNNING', 11, 'waits for an operator: resume, promote or rollback'],
  ['rolled back', 'FAILED', 12, 'was rolled back'],
  ['superseded', 'FAILED', 13, 'was superseded'],
  ['stopped', 'FAILED', 14, 'was stopped, because someone else moved the alias'],
  ['running', 'FAILED', 15, 'failed: its controller stopped with an error'],
] as const)('%s (execution %s) ends it with %d', async (status, execution, code, words) => {
  const about = `count-cars: the rollout of version 4 ${words}; version 3: 90 %, version 4: 10 %`;
  expect(await watch(inStatus(status, execution))).toEqual([code, about]);
  expect(EXIT_HELP).toMatch(new RegExp(`^ +${code}  `, 'm'));
});

describe('with a version', () => {
  test('it follows the rollout of that version', async () => {
    expect((await watch(inStatus('held'), { version: '4' }))[0]).toBe(11);
  });

  test('whose rollout is over, it ends with the recorded end', async () => {
    const clients = inStatus('rolled back', 'RUNNING', { version: '3', execution: 'v3-abc' });
    tick(clients, {});
    const words = 'count-cars: the rollout of version 3 was rolled back; version 3: 90 %, version 4: 10 %';
    expect(await watch(clients, { version: '3' })).toEqual([12, words]);
  });

  test('whose rollout a newer one has stopped without a record, it is superseded', async () => {
    const clients = inStatus('running', 'RUNNING', { version: '3', execution: 'v3-abc' });
    tick(clients, {});
    expect((await watch(clients, { version: '3' }))[0]).toBe(13);
  });

  test('that went live without a rollout, it is done', async () => {
    const clients = fakeClients('none', { routing: { version: '1' }, revision: 'r' });
    expect(await watch(clients, { version: '1' })).toEqual([0, 'count-cars: no rollout is running; version 1: 100 %']);
  });

  test('without a rollout, it is refused', async () => {
    await expect(watch(inStatus('running'), { version: '7' })).rejects.toThrow(
      new OrderRefusedError(
        'Expected a rollout of version 7 of count-cars, received none; the last one is of version 4',
      ),
    );
  });
});
