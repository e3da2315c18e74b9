import type { Invocation, ReplayAnswer } from '../../functions/api/events.ts';
import { KEYS } from '../../functions/contract.ts';
import { type RolloutState, startRollout } from '../../functions/judge/state.ts';
import type { Objects } from '../../functions/platform/objects.ts';
import { uploadName } from '../../functions/records/recorded-requests.ts';
import type { FunctionVersion } from '../../functions/rollout/function-version.ts';
import { advanceShadow } from '../../functions/rollout/shadow.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const ID = '019aabbc-0000-7000-8000-000000000001';
const car = { label: 'car', confidence: 0.8, box: { x: 0, y: 0, width: 100, height: 100 } };

const OF = { endpoint: 'cars', functionName: 'detect' };
const FOLDER = KEYS.rollout(OF, 'v2-test');

interface Recorded {
  /** The upload that was answered. Default: an HTTP request. */
  readonly upload?: { readonly key: string; readonly version: string };
  /** Live rejected it. */
  readonly rejected?: boolean;
  /** Function of the recorded answer; null: an earlier release did not record it. Default: the rollout's. */
  readonly functionName?: string | null;
  /** The live version's answer now. Default: none is needed. */
  readonly live?: Invocation<ReplayAnswer>;
  /** The picture is erased while the candidate answers. */
  readonly erased?: boolean;
}

/** The shadow's progress after one recorded request that the candidate answers like this. */
async function progressAfter(
  answer: Invocation<ReplayAnswer>,
  { functionName = 'detect', live, erased = false, upload, rejected = false }: Recorded = {},
) {
  const result = {
    id: ID,
    endpoint: 'cars',
    status: rejected ? 'rejected' : 'done',
    problem: { type: '/docs#x', title: 'x', status: 422, detail: 'x', errors: [] },
    created_at: NOW.toISOString(),
    source: upload ? { kind: 'upload', bucket: 'bucket', ...upload } : { kind: 'http' },
    release: {
      ...(functionName !== null && { function_name: functionName }),
      function_version: '1',
      alias: 'live',
    },
    request: {},
    model: { name: 'nano', version: '1', sha256: 'a'.repeat(64) },
    image: { width: 200, height: 200 },
    thresholds: { confidence: 0.3, iou: 0.5 },
    detections: [car],
    counts: { car: 1 },
    count: 1,
    timing_ms: { total: 10 },
    annotated: { width: 200, height: 200, key: 'annotated/cars/a.jpg' },
    captured: true,
  };
  const written: string[] = [];
  const records = new Map<string, unknown>();
  const input = KEYS.input('cars', upload ? uploadName(NOW.getTime(), ID) : ID);
  const picture = [upload?.key ?? input, upload?.version].join();
  const objects = {
    list: async () => [input],
    findJson: async () => result,
    get: async () => ({ bytes: new Uint8Array([1, 2, 3]) }),
    exists: async (key: string, version?: string) => [key, version].join() === picture && !erased,
    putJson: async (key: string, value: unknown) => {
      written.push(key);
      records.set(key, value);
    },
  } as unknown as Objects;
  const state: RolloutState = startRollout({ live: '1', candidate: '2' }, NOW.getTime());
  const candidate = { replay: async () => answer } as unknown as FunctionVersion;
  const replayLive = { replay: async () => live ?? Promise.reject(new Error('Expected no replay of live')) };
  const context = {
    objects,
    candidate,
    live: replayLive as unknown as FunctionVersion,
    ...OF,
    folder: FOLDER,
    state,
    now: NOW,
  };
  const required = {
    kind: 'shadow',
    baseline: 'live',
    sample: 1,
    maxPictures: 10,
    usualTimes: false,
    usual: false,
    since: 0,
  } as const;
  const progress = await advanceShadow(required, undefined, context);
  const comparisons = written.filter((key) => key.endsWith(`/${ID}.json`));
  return { progress, comparisons, record: records.get(KEYS.comparison(FOLDER, ID)) };
}

const failedWith = (status: number): Invocation<ReplayAnswer> => {
  const problem = { type: '/docs#x', title: 'x', status, detail: 'x', errors: [] };
  return { ok: true, answer: { status: 'failed', function_version: '2', problem } };
};

const done = (count: number): Invocation<ReplayAnswer> => {
  const detections = Array.from({ length: count }, () => car);
  return { ok: true, answer: { status: 'done', function_version: '1', detections, timing_ms: { total: 10 } } };
};

test('a replay that found the storage unavailable is not compared', async () => {
  const { progress, comparisons } = await progressAfter(failedWith(503));
  expect(progress).toMatchObject({ cursor: ID, tally: { pictures: 0, failures: 0 } });
  expect(comparisons).toEqual([]);
});

test.each([422, 500])('a replay that ends with %d is a failure of the candidate', async (status) => {
  const { progress, comparisons } = await progressAfter(failedWith(status));
  expect(progress).toMatchObject({ cursor: ID, tally: { pictures: 1, failures: 1 } });
  expect(comparisons).toHaveLength(1);
});

test.each([failedWith(422), { ok: false, failure: 'Runtime.ExitError' }, done(1)] as const)(
  'a picture that is erased during its replay leaves no record and no score, whatever the answer',
  async (answer) => {
    const { progress, comparisons } = await progressAfter(answer, { erased: true });
    expect(progress).toMatchObject({ cursor: ID, tally: { pictures: 0, failures: 0 } });
    expect(comparisons).toEqual([]);
  },
);

test('a replay that crashes is a failure of the candidate', async () => {
  const { progress } = await progressAfter({ ok: false, failure: 'Runtime.ExitError' });
  expect(progress).toMatchObject({ tally: { pictures: 1, failures: 1 } });
});

test('an upload is compared like a request, and its record names the version that was answered', async () => {
  const upload = { key: 'uploads/cars/latest.jpg', version: 'v7' };
  const { progress, comparisons, record } = await progressAfter(done(1), { upload });
  const cursor = uploadName(NOW.getTime(), ID);
  expect(progress).toMatchObject({ cursor, tally: { pictures: 1, failures: 0 } });
  expect(comparisons).toEqual([KEYS.comparison(FOLDER, ID)]);
  expect(record).toMatchObject({ id: ID, input: upload.key, input_version: upload.version });
});

describe('an upload that live rejected', () => {
  const upload = { key: 'uploads/cars/latest.jpg', version: 'v7' };
  const rejected = (answer: Invocation<ReplayAnswer>, functionName = 'detect') =>
    progressAfter(answer, { upload, functionName, rejected: true });

  test.each([
    ['answers', done(1), { tried: 1, answered: 1 }],
    ['rejects, too', failedWith(422), { tried: 1, answered: 0 }],
    ['crashes on', { ok: false, failure: 'Runtime.ExitError' } as const, { tried: 1, answered: 0 }],
  ])('is tried on the candidate, and is no picture for the gates: it %s', async (_, answer, refused) => {
    const { progress, comparisons } = await rejected(answer);
    expect(progress).toMatchObject({
      cursor: uploadName(NOW.getTime(), ID),
      refused,
      tally: { pictures: 0, failures: 0 },
    });
    expect(comparisons).toEqual([]);
  });

  test('of another function is not tried', async () => {
    expect((await rejected(done(1), 'deleted')).progress).not.toHaveProperty('refused');
  });
});

describe('the recorded answer of version 1', () => {
  test('of this function is the baseline', async () => {
    const { progress, comparisons } = await progressAfter(done(1));
    expect(progress).toMatchObject({ tally: { pictures: 1, failures: 0 } });
    expect(comparisons).toEqual([KEYS.comparison(FOLDER, ID)]);
  });

  test('of another function, as of a deleted stack, is none', async () => {
    const { progress, comparisons } = await progressAfter(done(1), { functionName: 'deleted' });
    expect(progress).toMatchObject({ cursor: ID, tally: { pictures: 0 } });
    expect(comparisons).toEqual([]);
  });

  test('of an earlier release, without its function, is replaced by the live version’s answer now', async () => {
    const agreeing = await progressAfter(done(2), { functionName: null, live: done(2) });
    expect(agreeing.progress).toMatchObject({ tally: { pictures: 1, failures: 0 } });
    const gone = { ok: true, answer: { status: 'gone', function_version: '1' } } as Invocation<ReplayAnswer>;
    const { progress } = await progressAfter(done(2), { functionName: null, live: gone });
    expect(progress).toMatchObject({ tally: { pictures: 0 } });
  });
});
