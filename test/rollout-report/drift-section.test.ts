import sharp from 'sharp';
import { driftedOf } from '../../cli/rollout/drifted.ts';
import { KEYS } from '../../functions/contract.ts';
import { DRIFT_KEYS } from '../../functions/drift-contract.ts';
import { ObjectNotFoundError, type Objects } from '../../functions/platform/objects.ts';
import { readData } from '../../functions/rollout-report/data.ts';
import { type DriftedPicture, driftSection } from '../../functions/rollout-report/drift-section.ts';
import { driftStanding } from '../../functions/standing/drift.ts';
import { liveReport } from '../../functions/status/report.ts';
import { driftReport } from '../standing/drift-reports.ts';
import { fakeClients, tick } from '../standing/fake-clients.ts';

const CAR = { label: 'car', confidence: 0.9, box: { x: 10, y: 20, width: 30, height: 40 } };
const WORDS = 'darker by 62 % (110 → 42), since Tuesday 24 November 2026, 14:00 UTC (found 2026-11-24 17:00 UTC)';
const standing = driftStanding(driftReport(), '3');
const picture = (id: string, detections = [CAR]): DriftedPicture => ({
  id,
  source: `https://x/${id}`,
  width: 640,
  height: 480,
  detections,
});

test('pictures before and after have their boxes and ids, side by side', () => {
  const drifted = { standing, before: [picture('a')], after: [picture('b', []), picture('c', [CAR, CAR])] };
  const text = driftSection({ drifted })?.text ?? '';
  expect(text).toMatch(
    `<h2>Drift</h2><p>${WORDS}</p><p class="dim">Requests of version 3, 2026-11-24 17:05 UTC</p>` +
      '<div class="before-after"><div><h3>Before</h3>',
  );
  expect(text.match(/aria-label="[^"]+"|<g class="box [^"]+"><title>[^<]+|<code[^>]*>\w/g)).toEqual([
    'aria-label="Before: 1 object"',
    '<g class="box found both"><title>found: car 0.90',
    '<code class="dim">a',
    'aria-label="After: 0 objects"',
    '<code class="dim">b',
    'aria-label="After: 2 objects"',
    '<g class="box found both"><title>found: car 0.90',
    '<g class="box found both"><title>found: car 0.90',
    '<code class="dim">c',
  ]);
});

test('without pictures it is words alone; without a report there is no section', () => {
  const none = driftSection({ drifted: { standing, before: [], after: [] } })?.text;
  expect(none).toContain(WORDS);
  expect(none).not.toContain('before-after');
  const one = driftSection({ drifted: { standing, before: [], after: [picture('b')] } })?.text;
  expect(one).toContain('<h3>Before</h3><p>None is stored.</p>');
  expect(driftSection({})).toBeUndefined();
});

const result = (id: string) => ({
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
});

const stored = (id: string) => ({ id, key: KEYS.input('count-cars', id) });

describe('a report', () => {
  /** With a drift whose picture after is stored. */
  function clientsWith(changes: Parameters<typeof driftReport>[0] = {}) {
    const clients = { ...fakeClients(), watchesDrift: true };
    tick(clients, {});
    clients.stored.set(KEYS.input('count-cars', 'b'), 'bytes');
    clients.stored.set(KEYS.result('count-cars', 'b'), result('b'));
    const pictures = { before: [stored('a')], after: [stored('b')] };
    clients.stored.set(DRIFT_KEYS.report('count-cars'), driftReport({ pictures, ...changes }));
    return clients;
  }
  const pageOf = (clients: ReturnType<typeof clientsWith>) =>
    liveReport(clients, '4', new Date('2026-11-24T18:00:00Z'));

  test('of the API has the section with presigned pictures that still exist', async () => {
    const page = await pageOf(clientsWith());
    expect(page).toContain(`<h2>Drift</h2><p>${WORDS}</p>`);
    expect(page).toContain('<img src="https://bucket/inputs/count-cars/b?for=3600" alt="" width="640" height="480"');
    expect(page).toContain('<h3>Before</h3><p>None is stored.</p>');
    const { pictures: _, ...without } = driftReport();
    const clients = clientsWith();
    clients.stored.set(DRIFT_KEYS.report('count-cars'), without);
    expect(await pageOf(clients)).not.toContain('before-after');
  });

  test.each([
    ['the version before', '3', true],
    ['the version that was rolled out', '4', true],
    ['an earlier version', '2', false],
  ])('of %s: the drift is shown or not', async (_, version, isShown) => {
    expect((await pageOf(clientsWith({ version }))).includes('<h2>Drift</h2>')).toBe(isShown);
  });

  test('has no section without the setting, and reads nothing for it', async () => {
    const clients = { ...clientsWith(), watchesDrift: false };
    expect(await readData(clients, '4')).not.toHaveProperty('driftReport');
    expect(clients.reads).not.toContain(DRIFT_KEYS.report('count-cars'));
  });
});

test('a file has small copies, with the boxes in pixels of the source', async () => {
  const bytes = await sharp({ create: { width: 1200, height: 900, channels: 3, background: '#808080' } })
    .jpeg()
    .toBuffer();
  const objects = {
    findJson: async (key: string) => (key === KEYS.result('count-cars', 'gone') ? undefined : result('b')),
    get: async (key: string) => {
      if (key !== KEYS.input('count-cars', 'b')) throw new ObjectNotFoundError(key);
      return { bytes };
    },
  } as unknown as Objects;
  const report = driftReport({ pictures: { before: [stored('gone'), stored('deleted')], after: [stored('b')] } });
  const { before, after, ...rest } = await driftedOf({ objects, endpoint: 'count-cars' }, report);
  expect(rest).toEqual({ standing });
  expect(before).toEqual([]);
  expect(after).toEqual([
    {
      id: 'b',
      source: expect.stringMatching(/^data:image\/jpeg;base64,/),
      width: 1200,
      height: 900,
      detections: [CAR],
    },
  ]);
  const { pictures: _, ...without } = report;
  expect(await driftedOf({ objects, endpoint: 'count-cars' }, without)).toMatchObject({ before: [], after: [] });
});
