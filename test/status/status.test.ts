import { InvalidOptionsError, ReportNotFoundError } from '../../functions/api/errors.ts';
import { requestedVersion } from '../../functions/api/report-query.ts';
import { endpointStatusSchema } from '../../functions/api/status-schemas.ts';
import { KEYS } from '../../functions/contract.ts';
import { recordsFolder } from '../../functions/records/execution.ts';
import { KnownModels } from '../../functions/standing/models.ts';
import { liveReport } from '../../functions/status/report.ts';
import { StatusCache } from '../../functions/status/status.ts';
import { fakeClients, tick } from '../standing/fake-clients.ts';

/** The value of `performance.now()`. */
let now = 0;
beforeEach(() => {
  now = 10_000;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => jest.restoreAllMocks());

describe('the status', () => {
  test('of a canary: the standing, the gates and the history', async () => {
    const clients = fakeClients();
    tick(clients, { tick: 11 });
    tick(clients, { tick: 12 });
    const status = await new StatusCache(clients).read();
    expect(endpointStatusSchema.strict().parse(status)).toEqual(status);
    expect(status).toMatchObject({
      endpoint: 'count-cars',
      phase: 'running',
      traffic: 'version 3: 90 %, version 4: 10 %',
      models: { '3': 'counter-nano', '4': 'counter-nano' },
      rollout: { version: '4', step: 'canary at 10 %', outcome: 'hold' },
      needs_a_person: false,
      gates: [
        { subject: 'requests', outcome: 'hold', words: '7 of at least 100 requests', progress: { have: 7, need: 100 } },
      ],
      history: [{ first_tick: 11, last_tick: 12, step: 'canary at 10 %', words: '7 of at least 100 requests' }],
    });
  });

  test('before the first rollout contains the routing only', async () => {
    const clients = fakeClients('none', { routing: { version: '1' }, revision: 'r' });
    const status = await new StatusCache(clients).read();
    expect(status).toMatchObject({ phase: 'none', traffic: 'version 1: 100 %', gates: [], history: [] });
    expect(status).not.toHaveProperty('rollout');
  });

  test.each([
    ['held', 'RUNNING', true],
    ['alarmed', 'RUNNING', true],
    ['stopped', 'FAILED', true],
    ['running', 'TIMED_OUT', true],
    ['running', 'RUNNING', false],
    ['rolled back', 'FAILED', false],
    ['done', 'SUCCEEDED', false],
  ] as const)(
    'of a rollout with status %s and execution %s: needs_a_person is %s',
    async (status, execution, needed) => {
      const clients = fakeClients(execution);
      tick(clients, { status });
      expect((await new StatusCache(clients).read()).needs_a_person).toBe(needed);
    },
  );

  test('is reused for a short time, then read again', async () => {
    const clients = fakeClients();
    tick(clients, { tick: 1 });
    const cache = new StatusCache(clients);
    const first = await cache.read();
    tick(clients, { tick: 2 });
    now += 1000;
    expect(await cache.read()).toBe(first);
    now += 1000;
    expect((await cache.read()).rollout?.ticks).toBe(2);
  });

  test('reads each record once, except the last, which a repeated tick overwrites', async () => {
    const clients = fakeClients();
    for (let number = 1; number <= 50; number += 1) tick(clients, { tick: number });
    const cache = new StatusCache(clients);
    await cache.read();
    clients.reads.length = 0;
    tick(clients, { tick: 50, words: 'said again' });
    tick(clients, { tick: 51, outcome: 'promote', words: 'enough' });
    now += 5000;
    const { history } = await cache.read();
    const audits = clients.reads.filter((key) => key.includes('/audit/')).map((key) => key.slice(-11));
    expect(audits).toEqual(['000050.json', '000051.json']);
    expect(history.map(({ first_tick, last_tick, words }) => [first_tick, last_tick, words])).toEqual([
      [1, 50, 'said again'],
      [51, 51, 'enough'],
    ]);
  });

  test('keeps the last 1000 ticks of a history, and none of an earlier rollout', async () => {
    const clients = fakeClients();
    for (let number = 1; number <= 1200; number += 1) tick(clients, { tick: number });
    const cache = new StatusCache(clients);
    expect((await cache.read()).history).toMatchObject([{ first_tick: 201, last_tick: 1200 }]);
    now += 5000;
    clients.last.name = 'v5-abc';
    tick(clients, { version: '5', execution: 'v5-abc', tick: 1 });
    expect((await cache.read()).history).toMatchObject([{ first_tick: 1, last_tick: 1 }]);
  });
});

test('models are read until their versions are known, then no more', async () => {
  const clients = fakeClients();
  const models = new KnownModels();
  expect(await models.of(clients, ['3'])).toEqual({ '3': 'counter-nano' });
  const result = {
    id: 'ffffffff',
    endpoint: 'count-cars',
    created_at: '2026-11-22T12:00:00.000Z',
    source: { kind: 'http' },
    release: { function_version: '3', alias: 'live' },
    status: 'done',
    count: 0,
    counts: {},
    detections: [],
    image: { width: 640, height: 480 },
    model: { name: 'counter-nano', version: '1.0.0', sha256: '' },
    timing_ms: {},
    request: {},
    annotated: { key: '', width: 640, height: 480 },
    captured: true,
  };
  const model = { ...result.model, version: '9.9.9' };
  const release = { ...result.release, function_name: 'deleted' };
  clients.stored.set(KEYS.result('count-cars', 'ffffffff'), { ...result, model, release });
  expect(await models.of(clients, ['3'])).toEqual({ '3': 'counter-nano' });
  clients.stored.set(KEYS.result('count-cars', 'ffffffff'), result);
  expect(await models.of(clients, ['3'])).toEqual({ '3': 'counter-nano 1.0.0' });
  clients.stored.clear();
  clients.reads.length = 0;
  expect(await models.of(clients, ['3'])).toEqual({ '3': 'counter-nano 1.0.0' });
  expect([clients.reads, clients.settingsReads]).toEqual([[], ['3']]);
});

test('a version that no caller has met yet has the versions of its models, too', async () => {
  const clients = fakeClients();
  const settings = JSON.stringify({ models: ['nano', 'yolox'], modelVersions: { nano: '1.0.0', yolox: '0.1.1' } });
  clients.lambda.send = (async () => ({ Environment: { Variables: { ENDPOINT_SETTINGS: settings } } })) as never;
  expect(await new KnownModels().of(clients, ['4'])).toEqual({ '4': 'nano 1.0.0, yolox 0.1.1' });
  expect(clients.reads).toEqual([]);
});

test('models with parts that nothing has proven say so', async () => {
  const clients = fakeClients();
  const settings = JSON.stringify({ models: ['kitti', 'nano'], unchecked: { kitti: ['classes', 'colour'] } });
  clients.lambda.send = (async () => ({ Environment: { Variables: { ENDPOINT_SETTINGS: settings } } })) as never;
  expect(await new KnownModels().of(clients, ['3'])).toEqual({
    '3': 'kitti (not checked: class names, order of colours), nano',
  });
});

describe('the report of the API', () => {
  const when = new Date('2026-11-22T12:30:00Z');

  test('is of the requested version, or an error', async () => {
    const clients = fakeClients();
    tick(clients, {});
    expect(await liveReport(clients, '4', when)).toContain('<title>count-cars: rollout of version 4</title>');
    await expect(liveReport(clients, '9', when)).rejects.toThrow(ReportNotFoundError);
    await expect(liveReport(clients, '9', when)).rejects.toThrow(
      'Expected a version of count-cars that was rolled out for version, received "9"',
    );
    await expect(liveReport(clients, undefined, when)).rejects.toThrow('received "none"');
  });

  test('shows pictures that still exist, in the size of their results, with the decisions of humans', async () => {
    const clients = fakeClients();
    tick(clients, {});
    for (const id of ['there', 'gone', 'unknown']) addPicture(clients, id);
    clients.stored.delete(KEYS.input('count-cars', 'gone'));
    clients.stored.delete(KEYS.result('count-cars', 'unknown'));
    clients.stored.set(KEYS.decision('count-cars', 'there'), { count: 2, decided_at: '2026-11-22T12:20:00.000Z' });
    const page = await liveReport(clients, '4', when);
    expect(page).toContain(
      '<img src="https://bucket/inputs/count-cars/there?for=3600" alt="" width="640" height="480"',
    );
    expect(page.match(/The picture is no longer in the bucket\./g)).toHaveLength(2);
    expect(page).toContain('A human counted 2 (2026-11-22 12:20:00 UTC).');
    expect(page).toContain('data-endpoint="count-cars" data-id="there"');
    expect(page).not.toMatch(/<style|<script(?! type="module" src="\/docs\/report\.js"><)|\sstyle=|\son[a-z]+=/);
  });

  test.each([['0'], ['-1'], ['abc'], ['1,2'], ['']])('version %j is rejected', (version) => {
    expect(() => requestedVersion({ version })).toThrow(InvalidOptionsError);
  });

  test('without a version it is that of the last rollout', () => {
    expect([requestedVersion(), requestedVersion({}), requestedVersion({ version: '12', other: 'x' })]).toEqual([
      undefined,
      undefined,
      '12',
    ]);
  });
});

/** A picture in which the candidate misses the only object, with its result. */
function addPicture(clients: ReturnType<typeof fakeClients>, id: string): void {
  const { stored } = clients;
  const input = KEYS.input('count-cars', id);
  stored.set(input, 'bytes');
  stored.set(KEYS.result('count-cars', id), {
    id,
    endpoint: 'count-cars',
    created_at: '2026-11-22T12:00:00.000Z',
    source: { kind: 'http' },
    release: { function_version: '3', alias: 'live' },
    status: 'human',
    image: { width: 640, height: 480 },
    request: {},
  });
  stored.set(KEYS.comparison(recordsFolder(clients, 'v4-abc'), id), {
    id,
    compared_at: '2026-11-22T12:00:00.000Z',
    candidate_version: '4',
    baseline: { kind: 'human', count: 1 },
    candidate: { ok: true, answer: { status: 'done', function_version: '4', detections: [], timing_ms: {} } },
    score: { status: 'done', objects: { baseline: 1, candidate: 0 }, countError: 1 },
    input,
  });
}
