/** Rollouts of one version number do not mix: of a deleted stack, of a replaced function, and of one version twice. */

import { KEYS } from '../../functions/contract.ts';
import { recordsFolder } from '../../functions/records/execution.ts';
import { readData } from '../../functions/rollout-report/data.ts';
import { lastRolloutFolder, readLastRollout } from '../../functions/standing/last-rollout.ts';
import { read } from '../../functions/standing/reading.ts';
import { standingOf } from '../../functions/standing/standing.ts';
import { StatusCache } from '../../functions/status/status.ts';
import { type FakeClients, fakeClients, tick } from './fake-clients.ts';
import { record } from './readings.ts';

const DELETED = { endpoint: record.endpoint, functionName: 'deleted' };

/** A comparison as the report reads it. */
const comparison = (id: string, compared_at = record.at) => ({
  id,
  compared_at,
  candidate_version: '4',
  baseline: { kind: 'human', count: 1 },
  candidate: { ok: true, answer: { status: 'done', function_version: '4', detections: [], timing_ms: {} } },
  score: { status: 'done', objects: { baseline: 1, candidate: 0 }, countError: 1 },
  input: KEYS.input(record.endpoint, id),
});

/** Leaves 30 ticks of version 4 and a comparison behind, as a stack that was deleted. */
function leaveDeletedStack(clients: FakeClients): void {
  const { stored } = clients;
  const folder = recordsFolder(DELETED, 'v4-old');
  for (let number = 1; number <= 30; number += 1)
    stored.set(KEYS.audit(folder, number), { ...record, execution: 'v4-old', tick: number, status: 'rolled back' });
  stored.set(KEYS.status(DELETED), { ...record, execution: 'v8-old', version: '8', status: 'done' });
  stored.set(KEYS.comparison(folder, 'old'), comparison('old'));
}

test('status, history and report of a stack that was created again have nothing of the deleted one', async () => {
  const clients = fakeClients();
  leaveDeletedStack(clients);
  expect(standingOf(await read(clients)).phase).toBe('starting');
  expect(await readData(clients, '4')).toBeUndefined();
  tick(clients, { tick: 1, words: 'of now' });
  const { rollout, history } = await new StatusCache(clients).read();
  expect(rollout).toMatchObject({ version: '4', ticks: 1, words: 'of now' });
  expect(history).toMatchObject([{ first_tick: 1, last_tick: 1, words: 'of now' }]);
  expect(await readData(clients, '4')).toMatchObject({ audits: [{ words: 'of now' }], comparisons: [] });
});

test('an execution of a function that was replaced is not the endpoint’s rollout', async () => {
  const clients = { ...fakeClients(), functionName: 'replaced' };
  const standing = standingOf(await read(clients));
  expect(standing).toMatchObject({ phase: 'none' });
  expect(standing).not.toHaveProperty('rollout');
});

describe('two rollouts of one version', () => {
  /** The first had 20 ticks and was rolled back; the second is in its third. */
  function twice(): FakeClients {
    const clients = fakeClients();
    const first = { execution: 'v4-zzz', status: 'rolled back', at: '2026-11-21T12:00:00.000Z' } as const;
    for (let number = 1; number <= 20; number += 1) tick(clients, { ...first, tick: number });
    clients.stored.set(KEYS.comparison(recordsFolder(clients, 'v4-zzz'), 'first'), comparison('first'));
    for (let number = 1; number <= 3; number += 1) tick(clients, { tick: number });
    clients.stored.set(KEYS.comparison(recordsFolder(clients, 'v4-abc'), 'second'), comparison('second'));
    return clients;
  }

  test('the status has the history of the second only', async () => {
    const { rollout, history } = await new StatusCache(twice()).read();
    expect(rollout).toMatchObject({ execution: 'v4-abc', ticks: 3 });
    expect(history).toMatchObject([{ first_tick: 1, last_tick: 3, status: 'running' }]);
  });

  test('the report is of the one that began last, whatever the order of names', async () => {
    const data = await readData(twice(), '4');
    expect(data?.audits.map(({ tick: number }) => number)).toEqual([1, 2, 3]);
    expect(data?.comparisons.map(({ id }) => id)).toEqual(['second']);
  });

  test('version 4 is not version 40', async () => {
    const clients = twice();
    tick(clients, { version: '40', execution: 'v40-abc', at: '2026-11-25T12:00:00.000Z' });
    expect(await lastRolloutFolder(clients, '4')).toBe(recordsFolder(clients, 'v4-abc'));
    expect(await lastRolloutFolder(clients, '40')).toBe(recordsFolder(clients, 'v40-abc'));
    expect(await lastRolloutFolder(clients, '5')).toBeUndefined();
  });
});

describe('records of an earlier release, which kept all rollouts of a version number in one folder', () => {
  /** Two rollouts, the second shorter than the first. */
  function earlier(clients: FakeClients): FakeClients {
    const folder = KEYS.formerRollouts(record.endpoint, '4');
    for (let number = 1; number <= 9; number += 1) {
      const [execution, at] =
        number <= 5 ? ['v4-abc', `2026-11-22T12:0${number}:00.000Z`] : ['v4-old', `2026-11-21T12:0${number}:00.000Z`];
      clients.stored.set(KEYS.audit(folder, number), { ...record, execution, at, tick: number });
    }
    clients.stored.set(KEYS.comparison(folder, 'a'), comparison('a', '2026-11-21T12:00:00.000Z'));
    clients.stored.set(KEYS.comparison(folder, 'b'), comparison('b', '2026-11-22T12:02:00.000Z'));
    return clients;
  }

  test('the report is of the last one', async () => {
    const data = await readData(earlier(fakeClients()), '4');
    expect(data?.audits.map(({ tick: number }) => number)).toEqual([1, 2, 3, 4, 5]);
    expect(data?.comparisons.map(({ id }) => id)).toEqual(['b']);
  });

  test('they are not read where this function has a rollout of the version', async () => {
    const clients = earlier(fakeClients());
    tick(clients, { tick: 1, words: 'of now' });
    expect((await readLastRollout(clients, '4')).audits).toMatchObject([{ tick: 1, words: 'of now' }]);
  });

  test('the status is read where it is of the last execution', async () => {
    const clients = fakeClients();
    clients.stored.set(KEYS.formerStatus(record.endpoint), record);
    expect(standingOf(await read(clients))).toMatchObject({ phase: 'running', rollout: { ticks: 12 } });
    clients.stored.set(KEYS.formerStatus(record.endpoint), { ...record, execution: 'v4-other' });
    expect(standingOf(await read(clients)).phase).toBe('starting');
  });
});
