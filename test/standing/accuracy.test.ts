import type { Objects } from '../../functions/platform/objects.ts';
import { idAt } from '../../functions/records/recorded-requests.ts';
import { daysBefore, readEstimates, weeksBefore } from '../../functions/standing/accuracy.ts';
import { fakeClients } from './fake-clients.ts';

const NOW = new Date('2026-11-27T10:00:00Z');
const DAY = 86_400_000;
const MOST = { pictures: 240, decisions: 500 };

/** An id of a request at this time. */
const idOf = (time: number, at: number) => `${idAt(time)}000-8000-${String(at).padStart(12, '0')}`;

/** A stored result with so many cars, all as sure, at this time. */
function result(time: number, cars: number, changes: object = {}) {
  const object = { label: 'car', confidence: 0.9, box: { x: 1, y: 1, width: 9, height: 9 } };
  return {
    id: 'a',
    endpoint: 'count-cars',
    status: 'done',
    created_at: new Date(time).toISOString(),
    source: { kind: 'http' },
    count: cars,
    counts: { car: cars },
    detections: Array.from({ length: cars }, () => object),
    image: { width: 640, height: 480 },
    model: { name: 'counter-nano', version: '1.0.0', sha256: 'abcdef0123456789' },
    release: { function_version: '4', alias: 'live' },
    timing_ms: {},
    request: {},
    owner: `caller ${time}`,
    annotated: { key: 'annotated/a.jpg', width: 1, height: 1 },
    captured: true,
    ...changes,
  };
}

const decision = (count: number, changes: object = {}) => ({ count, decided_at: NOW.toISOString(), ...changes });

/** An endpoint that answered so many pictures a day for 14 days, of which people counted the first ones of each day. */
function answered(perDay: number, counted: number, changes: (at: number) => object = () => ({})) {
  const clients = fakeClients();
  const { endpoint, stored } = clients;
  for (let day = 0; day < 14; day++) {
    for (let at = 0; at < perDay; at++) {
      const time = NOW.getTime() - (day + 0.3) * DAY + at * 600_000;
      const id = idOf(time, at);
      stored.set(`inputs/${endpoint}/${id}`, 'picture');
      stored.set(`results/${endpoint}/${id}.json`, result(time, 4, changes(at)));
      if (at < counted) stored.set(`decisions/${endpoint}/${id}.json`, decision(at % 4 === 0 ? 5 : 4));
    }
  }
  return clients;
}

test('periods end with today, in UTC', () => {
  const iso = ({ from, to }: { from: number; to: number }) =>
    [from, to].map((time) => new Date(time).toISOString().slice(0, 10));
  expect(daysBefore(NOW, 2).map(iso)).toEqual([
    ['2026-11-27', '2026-11-28'],
    ['2026-11-26', '2026-11-27'],
  ]);
  expect(weeksBefore(NOW, 2).map(iso)).toEqual([
    ['2026-11-21', '2026-11-28'],
    ['2026-11-14', '2026-11-21'],
  ]);
});

test('two weeks of answers have an estimate each, by the decisions on them', async () => {
  const rows = await readEstimates(answered(20, 8), weeksBefore(NOW, 4), MOST);
  expect(rows.map(({ model, estimate }) => [model, estimate.by])).toEqual([
    ['counter-nano 1.0.0 (abcdef01)', 'decisions'],
    ['counter-nano 1.0.0 (abcdef01)', 'decisions'],
  ]);
  expect(rows[0]?.estimate).toMatchObject({ pictures: 140, decisions: 56 });
  expect(rows[0]?.estimate).toHaveProperty('error', expect.closeTo(0.05, 3));
});

test('a day has an estimate by confidences, from decisions on other days', async () => {
  const [today] = await readEstimates(answered(20, 8), daysBefore(NOW, 1), MOST);
  expect(today?.estimate).toMatchObject({ by: 'confidences', pictures: 20, decisions: 112 });
});

test('with too few decisions it says how many more are needed', async () => {
  const [week] = await readEstimates(answered(20, 2), weeksBefore(NOW, 1), MOST);
  expect(week?.estimate).toEqual({ by: 'nothing', reason: 'decisions', decisions: 28, more: 16 });
});

test('without a decision nothing is read but the list of decisions', async () => {
  const clients = answered(5, 0);
  expect(await readEstimates(clients, weeksBefore(NOW, 4), MOST)).toEqual([]);
  expect(clients.reads).toEqual([]);
});

test('no more is read than is allowed, evenly over its pictures', async () => {
  const clients = answered(50, 10);
  await readEstimates(clients, weeksBefore(NOW, 1), { pictures: 48, decisions: 7 });
  const ofDecisions = clients.reads.filter((key) => key.startsWith('decisions/'));
  expect(ofDecisions).toHaveLength(7);
  expect(clients.reads.length - 2 * ofDecisions.length).toBe(48);
  const days = clients.reads.slice(-48).map((key) => key.slice(19, 27));
  expect(new Set(days).size).toBeGreaterThanOrEqual(7);
});

test('of a period with more than a page, each part is read', async () => {
  const clients = answered(200, 10);
  const [week] = await readEstimates(clients, weeksBefore(NOW, 1), MOST);
  expect(week?.estimate).toMatchObject({ by: 'decisions', pictures: 240, decisions: 70 });
  expect(week?.estimate).toHaveProperty('error', expect.closeTo(0.06, 2));
});

test('requests are read where nothing is captured', async () => {
  const clients = answered(20, 8);
  for (const key of [...clients.stored.keys()]) if (key.startsWith('inputs/')) clients.stored.delete(key);
  const [week] = await readEstimates(clients, weeksBefore(NOW, 1), MOST);
  expect(week?.estimate).toMatchObject({ by: 'decisions', pictures: 140 });
});

test.each([
  ['with thresholds of their request', { request: { confidence: 0.2 } }],
  ['by a human', { status: 'human' }],
])('answers %s are left out', async (_, changes) => {
  const clients = answered(20, 8, (at) => (at < 4 ? changes : {}));
  const [week] = await readEstimates(clients, weeksBefore(NOW, 1), MOST);
  expect(week?.estimate).toMatchObject({ pictures: 112, decisions: 28 + 28 });
});

test('an object that is no result, or was deleted, is left out', async () => {
  const clients = answered(20, 8);
  const broken = [...clients.stored.keys()].filter((key) => key.startsWith('results/')).slice(0, 2);
  clients.stored.set(broken[0] as string, { a: 1 });
  clients.stored.delete(broken[1] as string);
  const [week] = await readEstimates(
    clients as unknown as { endpoint: string; objects: Objects },
    weeksBefore(NOW, 1),
    MOST,
  );
  expect(week?.estimate).toMatchObject({ pictures: 138 });
});
