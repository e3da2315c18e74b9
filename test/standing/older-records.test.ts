/** Records that an older version of the rollout left in the bucket, with words in place of codes. */

import { refusalOf } from '../../cli/rollout/control-refusal.ts';
import { KEYS } from '../../functions/contract.ts';
import { readData } from '../../functions/rollout-report/data.ts';
import { reportPage } from '../../functions/rollout-report/page.ts';
import { read, readAudits } from '../../functions/standing/reading.ts';
import { standingOf } from '../../functions/standing/standing.ts';
import { StatusCache } from '../../functions/status/status.ts';
import { fakePlace } from './place.ts';
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
function olderPlace(step: number) {
  const place = fakePlace();
  const { endpoint, version, tick } = record;
  for (const key of [KEYS.status(endpoint), KEYS.audit(endpoint, version, tick)])
    place.stored.set(key, olderRecord(step));
  return place;
}

test('the status is read, with the words of its steps', async () => {
  const { rollout, phase } = standingOf(await read(olderPlace(2)));
  expect(phase).toBe('running');
  expect(rollout).toMatchObject({ step: 'canary at 10 %', step_kind: 'unknown', step_number: 3, outcome: 'hold' });
  expect(rollout?.steps).toEqual(['golden gate', 'shadow of live', 'canary at 10 %', 'all traffic']);
});

test('the status function answers, with the events as gates', async () => {
  const { gates, history } = await new StatusCache(olderPlace(2)).read();
  expect(gates[0]).toEqual({ subject: 'event', outcome: 'hold', words: 'Ann said hold' });
  expect(history).toMatchObject([{ step: 'canary at 10 %' }]);
});

test('nothing is promoted before the golden gate', async () => {
  expect(refusalOf('promote', standingOf(await read(olderPlace(0))))).toContain('golden gate');
  expect(refusalOf('promote', standingOf(await read(olderPlace(1))))).toBeUndefined();
});

test('the report is made', async () => {
  const place = olderPlace(2);
  const data = await readData(place, record.version);
  if (!data) throw new Error('Expected a record');
  const content = { ...data, disagreements: [], pictures: new Map(), decisions: new Map(), now: new Date(record.at) };
  const page = reportPage(content, { head: '' as never, control: () => '' as never });
  expect(page).toContain('canary at 10 %');
});

test('what is no record is left out', async () => {
  const place = fakePlace();
  place.stored.set(KEYS.status(record.endpoint), { half: 'written' });
  place.stored.set(KEYS.audit(record.endpoint, '4', 1), []);
  place.stored.set(KEYS.audit(record.endpoint, '4', 2), record);
  expect(standingOf(await read(place)).phase).toBe('starting');
  expect(await readAudits(place, '4')).toEqual([record]);
});
