/** Orders against an endpoint in memory: which tick's record ends the wait. */

import { controlCommand } from '../../../cli/rollout/commands/control.ts';
import type { DeployedEndpoint } from '../../../cli/rollout/deployed-endpoint.ts';
import { OrderNotExecutedError, OrderRefusedError } from '../../../cli/rollout/errors.ts';
import type { Terminal } from '../../../cli/terminal/terminal.ts';
import type { ControlRecord } from '../../../functions/records/control.ts';
import type { TickRecord } from '../../../functions/records/tick-record.ts';
import { fakeClients, tick } from '../../standing/fake-clients.ts';
import { record } from '../../standing/readings.ts';

/** An endpoint whose next tick leaves a record as soon as an order is written. */
function endpoint(next: (order: ControlRecord) => Partial<TickRecord>) {
  const clients = fakeClients();
  tick(clients, {});
  const replaceJson = async (_key: string, order: ControlRecord) => tick(clients, { tick: 13, ...next(order) });
  return { ...clients, objects: { ...clients.objects, replaceJson } } as unknown as DeployedEndpoint;
}

/** Runs a command. @returns what it prints with `--json` */
async function run(deployed: DeployedEndpoint, kind: 'hold' | 'resume' | 'promote'): Promise<TickRecord> {
  const printed: string[] = [];
  const terminal = { print: (text: string) => printed.push(text), note: () => {} } as unknown as Terminal;
  await controlCommand(deployed, { kind, by: 'Ann' }, { wait: 0.1, json: true }, terminal);
  return JSON.parse(printed.join(''));
}

test('the tick whose record has the order’s id ends the wait, whatever its words', async () => {
  const deployed = endpoint(({ id }) => ({ control: id, status: 'held', words: 'any words' }));
  expect(await run(deployed, 'hold')).toMatchObject({ tick: 13, status: 'held', words: 'any words' });
});

test('an order that the tick refuses ends the wait, too, as an error with the reason', async () => {
  const deployed = endpoint(({ id, by }) => ({
    control: id,
    words: 'promotion by Ann refused: held by Bob',
    findings: [{ kind: 'event', outcome: 'hold', event: 'promote-refused', order: id, by, heldBy: 'Bob' }],
  }));
  await expect(run(deployed, 'promote')).rejects.toThrow(
    new OrderRefusedError('promotion by Ann refused: held by Bob'),
  );
});

test('a tick that has executed another order does not end the wait', async () => {
  const deployed = endpoint(() => ({ control: 'another', status: 'held', words: 'held by Ann' }));
  await expect(run(deployed, 'hold')).rejects.toThrow(
    new OrderNotExecutedError(
      'No tick executed hold within 0.1 s. The next one will; see npm run rollout -- status count-cars',
    ),
  );
});

test('a hold whose tick proves a fault is an error: the rollout has ended', async () => {
  const deployed = endpoint(({ id }) => ({ control: id, status: 'rolled back', words: '8 errors in 10 requests' }));
  await expect(run(deployed, 'hold')).rejects.toThrow(
    new OrderNotExecutedError(
      'Expected the rollout of version 4 to be held, but it ended: rolled back, 8 errors in 10 requests',
    ),
  );
});

test('an order whose rollout ended first is an error with the end', async () => {
  const deployed = endpoint(() => ({ status: 'superseded', words: record.words }));
  await expect(run(deployed, 'promote')).rejects.toThrow(
    /^No tick executed promote: the rollout of version 4 ended first: superseded, /,
  );
});
