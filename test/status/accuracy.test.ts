import { accuracySchema, requestsAccuracy } from '../../functions/api/accuracy-schemas.ts';
import { InvalidOptionsError } from '../../functions/api/errors.ts';
import { idAt } from '../../functions/records/recorded-requests.ts';
import { AccuracyCache } from '../../functions/status/accuracy.ts';
import { fakeClients } from '../standing/fake-clients.ts';

const NOW = new Date('2026-11-27T10:00:00Z');
const MINUTE = 60_000;

/** An endpoint whose captured pictures have a car each, of which people counted some. */
function answered(pictures: number, isCounted: (at: number) => boolean) {
  const clients = fakeClients();
  for (let at = 0; at < pictures; at++) {
    const time = NOW.getTime() - (at + 1) * 90 * MINUTE;
    const id = `${idAt(time)}000-8000-${String(at).padStart(12, '0')}`;
    const detections = [{ label: 'car', confidence: 0.9, box: { x: 1, y: 1, width: 9, height: 9 } }];
    clients.stored.set(`inputs/${clients.endpoint}/${id}`, 'picture');
    clients.stored.set(`results/${clients.endpoint}/${id}.json`, {
      id,
      endpoint: clients.endpoint,
      status: 'done',
      created_at: new Date(time).toISOString(),
      source: { kind: 'http' },
      count: 1,
      counts: { car: 1 },
      detections,
      image: { width: 640, height: 480 },
      model: { name: 'counter-nano', version: '1.0.0', sha256: 'abcdef0123456789' },
      release: { function_version: '4', alias: 'live' },
      timing_ms: {},
      request: {},
      annotated: { key: 'annotated/a.jpg', width: 1, height: 1 },
      captured: true,
    });
    const decision = { count: 1, decided_at: NOW.toISOString() };
    if (isCounted(at)) clients.stored.set(`decisions/${clients.endpoint}/${id}.json`, decision);
  }
  return clients;
}

test('the estimates of the last weeks are rows of the API, and are reused for ten minutes', async () => {
  const clients = answered(150, (at) => at < 40);
  const cache = new AccuracyCache(clients);
  const rows = await cache.read(NOW);
  expect(rows.map((row) => accuracySchema.strict().parse(row))).toEqual(rows);
  expect(rows).toEqual([
    {
      from: '2026-11-21T00:00:00.000Z',
      to: '2026-11-28T00:00:00.000Z',
      model: 'counter-nano 1.0.0 (abcdef01)',
      by: 'decisions',
      count_error: 0,
      low: 0,
      high: 0.0928,
      pictures: 102,
      decisions: 40,
      words: 'about 0 % (0 % to 9 %, 95 %) in 102 pictures, by 40 decisions on pictures of this time',
    },
    {
      from: '2026-11-14T00:00:00.000Z',
      to: '2026-11-21T00:00:00.000Z',
      model: 'counter-nano 1.0.0 (abcdef01)',
      by: 'nothing',
      more_decisions: 10,
      decisions: 40,
      words: 'cannot be told: 10 more decisions needed (40 decisions of 50)',
    },
  ]);
  const reads = clients.reads.length;
  expect(await cache.read(new Date(NOW.getTime() + 9 * MINUTE))).toBe(rows);
  expect(clients.reads.length).toBe(reads);
  await cache.read(new Date(NOW.getTime() + 11 * MINUTE));
  expect(clients.reads.length).toBeGreaterThan(reads);
});

test('an estimate by confidences also has that for as many objects', async () => {
  const [row] = await new AccuracyCache(answered(200, (at) => at >= 110)).read(NOW);
  expect(row).toMatchObject({
    by: 'confidences',
    count_error: 0,
    if_as_many_objects: 0,
    words: 'about 0 % (0 % to 5 %, 95 %) in 102 pictures, by confidences and 90 decisions',
  });
});

test('without a decision there are none', async () => {
  expect(await new AccuracyCache(answered(20, () => false)).read(NOW)).toEqual([]);
});

test('they are requested by an option, which has one value', () => {
  expect(requestsAccuracy({ with: 'accuracy' })).toBe(true);
  expect([requestsAccuracy(), requestsAccuracy({}), requestsAccuracy({ other: 'a' })]).toEqual([false, false, false]);
  expect(() => requestsAccuracy({ with: 'more' })).toThrow(InvalidOptionsError);
});
