/** Orders of several operators at the same endpoint: none is lost. */

import type { DeployedEndpoint } from '../../../cli/rollout/deployed-endpoint.ts';
import { OrderRefusedError } from '../../../cli/rollout/errors.ts';
import { giveOrder, orderAtOnce } from '../../../cli/rollout/give-order.ts';
import { KEYS } from '../../../functions/contract.ts';
import { type FakeClients, fakeClients, tick } from '../../standing/fake-clients.ts';
import { execution } from '../../standing/readings.ts';

/** Version 4 runs, and its last tick has executed no order. */
function endpoint(): FakeClients & DeployedEndpoint {
  const clients = fakeClients();
  tick(clients, {});
  return clients as FakeClients & DeployedEndpoint;
}

const stored = (deployed: FakeClients) => deployed.stored.get(KEYS.control(deployed));

test('an order names its rollout', async () => {
  const deployed = endpoint();
  const { order, rollout } = await giveOrder(deployed, { kind: 'hold', by: 'Ann' });
  expect(stored(deployed)).toEqual(order);
  expect(order).toMatchObject({ version: '4', execution: execution.name, kind: 'hold', by: 'Ann' });
  expect(rollout.ticks).toBe(12);
});

test('a second order is refused until a tick has executed the first', async () => {
  const deployed = endpoint();
  const { order } = await giveOrder(deployed, { kind: 'hold', by: 'Ann' });
  const promote = giveOrder(deployed, { kind: 'promote', by: 'Bob' });
  await expect(promote).rejects.toThrow(
    new OrderRefusedError(
      `Cannot promote count-cars: Ann ordered hold at ${order.at}, and no tick has executed it yet. ` +
        'The next one will; then run this again',
    ),
  );
  expect(stored(deployed)).toEqual(order);
  tick(deployed, { tick: 13, control: order.id, status: 'held', held_by: 'Ann' });
  await expect(giveOrder(deployed, { kind: 'promote', by: 'Bob' })).rejects.toThrow('it is held by Ann');
  const { order: second } = await giveOrder(deployed, { kind: 'promote', by: 'Bob', resume: true });
  expect(stored(deployed)).toEqual(second);
  expect(second).toMatchObject({ kind: 'promote', by: 'Bob', resume: true });
});

test('of two orders at the same moment, one is refused', async () => {
  const deployed = endpoint();
  const [ann, bob] = await Promise.allSettled([
    giveOrder(deployed, { kind: 'hold', by: 'Ann' }),
    giveOrder(deployed, { kind: 'promote', by: 'Bob' }),
  ]);
  expect([ann.status, bob.status].toSorted()).toEqual(['fulfilled', 'rejected']);
  const given = ann.status === 'fulfilled' ? 'Ann' : 'Bob';
  expect(stored(deployed)).toMatchObject({ by: given });
});

test('an order for an earlier rollout does not wait any more', async () => {
  const deployed = endpoint();
  await deployed.objects.putJson(KEYS.control(deployed), {
    id: 'old',
    version: '4',
    execution: 'v4-earlier',
    kind: 'promote',
    by: 'Ann',
    at: '2026-11-21T12:00:00.000Z',
  });
  const { order } = await giveOrder(deployed, { kind: 'hold', by: 'Bob' });
  expect(stored(deployed)).toEqual(order);
});

test('a rollback replaces whatever waits', async () => {
  const deployed = endpoint();
  await giveOrder(deployed, { kind: 'hold', by: 'Ann' });
  await orderAtOnce(deployed, { version: '4', execution: execution.name }, { kind: 'rollback', by: 'Bob' });
  expect(stored(deployed)).toMatchObject({ kind: 'rollback', by: 'Bob', version: '4' });
});
