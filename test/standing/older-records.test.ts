/** Records that an older version of the rollout left in the bucket, with words in clients of codes. */

import { refusalOf } from '../../cli/rollout/control-refusal.ts';
import { KEYS } from '../../functions/contract.ts';
import { recordsFolder } from '../../functions/records/execution.ts';
import { readData } from '../../functions/rollout-report/data.ts';
import { reportPage } from '../../functions/rollout-report/page.ts';
import { read, readAudits } from '../../functions/standing/reading.ts';
import { standingOf } from '../../functions/standing/standing.ts';
import { StatusCache } from '../../functions/status/status.ts';
import { fakeClients } from './fake-clients.ts';
import { record } from './readings.ts';

/** Such a record. `step`: index of the present step, which was judged, too. */
const olderRecord = (step: number) => ({
  ...record,
  steps: record.steps.map(({ words }) => words),
  step: record.steps[step]?.words,
  step_number: step,
  findings: [{ kind: 'event', outcome: 'hold', words: 'Ann said hold' }, ...record.findings],
});

/** An endpoint with one such record. */
function olderClients(step: number) {
  const clients = fakeClients();
  const folder = recordsFolder(clients, record.execution);
  for (const key of [KEYS.status(clients), KEYS.audit(folder, record.tick)]) clients.stored.set(key, olderRecord(step));
  return clients;
}

test('the status is read, with the words of its steps', async () => {
  const { rollout, phase } = standingOf(await read(olderClients(2)));
  expect(phase).toBe('running');
  expect(rollout).toMatchObject({ step: 'canary at 10 %', step_kind: 'unknown', step_number: 3, outcome: 'hold' });
  expect(rollout?.steps).toEqual(['golden gate', 'shadow of live', 'canary at 10 %', 'all traffic']);
});

test('the status function answers, with the events as gates', async () => {
  const { gates, history } = await new StatusCache(olderClients(2)).read();
  expect(gates[0]).toEqual({ subject: 'event', outcome: 'hold', words: 'Ann said hold' });
  expect(history).toMatchObject([{ step: 'canary at 10 %' }]);
});

test('nothing is promoted before the golden gate', async () => {
  expect(refusalOf({ kind: 'promote' }, standingOf(await read(olderClients(0))))).toContain('golden gate');
  expect(refusalOf({ kind: 'promote' }, standingOf(await read(olderClients(1))))).toBeUndefined();
});

test('the report is made', async () => {
  const clients = olderClients(2);
  const data = await readData(clients, record.version);
  if (!data) throw new Error('Expected a record');
  const content = { ...data, disagreements: [], pictures: new Map(), decisions: new Map(), now: new Date(record.at) };
  const page = reportPage(content, { head: '' as never, control: () => '' as never });
  expect(page).toContain('canary at 10 %');
});

test('objects that are no records are left out', async () => {
  const clients = fakeClients();
  const folder = recordsFolder(clients, record.execution);
  clients.stored.set(KEYS.status(clients), { half: 'written' });
  clients.stored.set(KEYS.audit(folder, 1), []);
  clients.stored.set(KEYS.audit(folder, 2), record);
  expect(standingOf(await read(clients)).phase).toBe('starting');
  expect(await readAudits(clients, folder)).toEqual([record]);
});
