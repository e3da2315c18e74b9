/** The drift in `GET /{endpoint}/status`, with its pictures. */

import { driftSchema } from '../../functions/api/drift-schemas.ts';
import { KEYS } from '../../functions/contract.ts';
import { DRIFT_KEYS, type DriftReport } from '../../functions/drift-contract.ts';
import { DriftPictures } from '../../functions/status/drift-pictures.ts';
import { StatusCache } from '../../functions/status/status.ts';
import { driftReport } from '../standing/drift-reports.ts';
import { fakeClients } from '../standing/fake-clients.ts';

const CAR = { label: 'car', confidence: 0.9, box: { x: 10, y: 20, width: 30, height: 40 } };
const NOW = new Date('2026-11-24T18:00:00Z');
const MINUTE = 60_000;

const shown = (id: string) => ({ id, key: KEYS.input('count-cars', id) });

/** A stored picture with its result. */
function store({ stored }: ReturnType<typeof fakeClients>, id: string, changes: object = {}): void {
  stored.set(KEYS.input('count-cars', id), 'bytes');
  stored.set(KEYS.result('count-cars', id), {
    id,
    endpoint: 'count-cars',
    created_at: '2026-11-22T12:00:00.000Z',
    source: { kind: 'http' },
    release: { function_version: '3', alias: 'live' },
    status: 'done',
    count: 1,
    counts: { car: 1 },
    detections: [CAR],
    image: { width: 640, height: 480 },
    model: { name: 'counter-nano', version: '1.0.0', sha256: '' },
    timing_ms: {},
    request: {},
    annotated: { key: '', width: 640, height: 480 },
    captured: true,
    ...changes,
  });
}

const picturesOf = (report: DriftReport, clients = fakeClients(), now = NOW) =>
  new DriftPictures().of(clients, report, now);

test('pictures have presigned URLs, sizes and boxes; deleted and unanswered ones are left out', async () => {
  const clients = fakeClients();
  for (const id of ['a', 'b', 'deleted', 'unknown', 'human']) store(clients, id);
  clients.stored.delete(KEYS.input('count-cars', 'deleted'));
  clients.stored.delete(KEYS.result('count-cars', 'unknown'));
  store(clients, 'human', { status: 'human' });
  const after = ['b', 'deleted', 'unknown', 'human'].map(shown);
  const pictures = await picturesOf(driftReport({ pictures: { before: [shown('a')], after } }), clients);
  const picture = (id: string) => ({
    id,
    url: `https://bucket/inputs/count-cars/${id}?for=3600`,
    width: 640,
    height: 480,
    detections: [CAR],
  });
  expect(pictures).toEqual({ before: [picture('a')], after: [picture('b')] });
  expect(driftSchema.shape.pictures.parse(pictures)).toEqual(pictures);
  expect(await picturesOf(driftReport(), clients)).toBeUndefined();
});

test('URLs stay the same for half an hour, and until the next report', async () => {
  const clients = fakeClients();
  store(clients, 'a');
  const cache = new DriftPictures();
  const report = driftReport({ pictures: { before: [shown('a')], after: [] } });
  const readsAt = async (minutes: number, of = report) => {
    clients.reads.length = 0;
    await cache.of(clients, of, new Date(NOW.getTime() + minutes * MINUTE));
    return clients.reads.length;
  };
  expect([await readsAt(0), await readsAt(29), await readsAt(30), await readsAt(31)]).toEqual([1, 0, 1, 0]);
  expect(await readsAt(32, { ...report, at: '2026-11-24T18:05:00.000Z' })).toBe(1);
});

describe('the status', () => {
  test('has nothing of it without the setting', async () => {
    const clients = fakeClients();
    clients.stored.set(DRIFT_KEYS.report('count-cars'), driftReport());
    expect(await new StatusCache(clients).read()).not.toHaveProperty('drift');
    expect(clients.reads).not.toContain(DRIFT_KEYS.report('count-cars'));
  });

  test('has what the monitor says of the live version, with pictures', async () => {
    const clients = { ...fakeClients(), watchesDrift: true };
    store(clients, 'a');
    const pictures = { before: [shown('a')], after: [] };
    clients.stored.set(DRIFT_KEYS.report('count-cars'), driftReport({ pictures }));
    const { drift } = await new StatusCache(clients).read();
    expect(drift).toMatchObject({ state: 'drift', version: '3', pictures: { before: [{ id: 'a' }], after: [] } });
  });

  test('says where there is no report yet', async () => {
    const { drift } = await new StatusCache({ ...fakeClients(), watchesDrift: true }).read();
    expect(drift).toEqual({ state: 'pending', words: 'the drift monitor has not looked at version 3 yet' });
  });
});
