/** Pictures that come again are no new evidence of a shadow. */

import { createHash } from 'node:crypto';
import type { Invocation, ReplayAnswer } from '../../functions/api/events.ts';
import { KEYS } from '../../functions/contract.ts';
import { explain } from '../../functions/judge/explain.ts';
import { requiredMeasurement, startRollout } from '../../functions/judge/state.ts';
import { judgeShadow } from '../../functions/judge/verdict.ts';
import { checkPlan } from '../../functions/plan/check-plan.ts';
import { canary, type ShadowOptions, shadow } from '../../functions/plan/plan.ts';
import { type ShadowStep, stepsOf } from '../../functions/plan/steps.ts';
import { ObjectNotFoundError, type Objects } from '../../functions/platform/objects.ts';
import { idAt } from '../../functions/records/recorded-requests.ts';
import type { ShadowProgress } from '../../functions/records/shadow-progress.ts';
import type { FunctionVersion } from '../../functions/rollout/function-version.ts';
import { advanceShadow, type RequiredShadow } from '../../functions/rollout/shadow.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const MINUTE = 60_000;
const car = { label: 'car', confidence: 0.8, box: { x: 0, y: 0, width: 100, height: 100 } };
const hash = (of: unknown) => createHash('sha256').update(JSON.stringify(of)).digest('hex');

/** One recorded request. */
interface Recorded {
  /** What the bytes of its picture are. */
  readonly content: string;
  /** Default: one that no other content has. */
  readonly luminance?: string;
  readonly owner?: string;
  readonly upload?: string;
  /** Minutes before now. Default: one minute after the other. */
  readonly ago?: number;
  /** Whether an earlier release stored it, without a fingerprint. */
  readonly isOld?: boolean;
}

const viewOf = (content: string) =>
  String.fromCharCode(...[...hash(content)].map((digit) => 48 + 4 * Number.parseInt(digit, 16)));

/** A bucket with these requests, and both versions; the candidate answers by the content. */
function endpoint(requests: readonly Recorded[], answerOf: (content: string) => Invocation<ReplayAnswer>) {
  const results = new Map<string, unknown>();
  const pictures = new Map<string, string>();
  const inputs: string[] = [];
  const replayed: string[] = [];
  const read: string[] = [];
  requests.forEach(
    ({ content, luminance = viewOf(content), owner, upload, ago = requests.length - 1, isOld }, index) => {
      const at = NOW.getTime() - (ago + 1) * MINUTE + (ago === requests.length - 1 ? index * MINUTE : index);
      const id = `${idAt(at)}000-8000-${hash(index).slice(0, 12)}`;
      inputs.push(KEYS.input('cars', id));
      pictures.set(id, content);
      const source = upload ? { kind: 'upload', bucket: 'b', key: upload, version: String(index) } : { kind: 'http' };
      results.set(KEYS.result('cars', id), {
        ...{ id, endpoint: 'cars', status: 'done', created_at: new Date(at).toISOString(), source },
        release: { function_name: 'detect', function_version: '1', alias: 'live' },
        ...{ request: {}, model: { name: 'nano', version: '1', sha256: 'a' }, image: { width: 200, height: 200 } },
        ...{ detections: [car], counts: { car: 1 }, count: 1, timing_ms: { total: 10 }, captured: true },
        annotated: { width: 200, height: 200, key: 'annotated/cars/a.jpg' },
        ...(owner && { owner }),
        ...(!isOld && { fingerprint: { sha256: hash(content), luminance } }),
      });
    },
  );
  const objects = {
    list: async (prefix: string, { after = '', most }: { after?: string; most: number }) =>
      inputs.filter((key) => key.startsWith(prefix) && key > after).slice(0, most),
    findJson: async (key: string) => results.get(key),
    get: async (key: string) => {
      const content = pictures.get(key.slice(KEYS.inputs('cars').length));
      if (content === undefined || content === 'deleted') throw new ObjectNotFoundError(key);
      read.push(content);
      return { bytes: new TextEncoder().encode(content) };
    },
    exists: async () => true,
    putJson: async () => undefined,
  } as unknown as Objects;
  const replay = async (id: string) => {
    const content = pictures.get(id) ?? '';
    replayed.push(content);
    const answer = answerOf(content);
    if (!answer.ok || answer.answer.status !== 'done') return answer;
    return { ok: true, answer: { ...answer.answer, luminance: viewOf(content.replace(/ again$/, '')) } };
  };
  const candidate = { replay } as unknown as FunctionVersion;
  return { objects, candidate, live: candidate, replayed, read };
}

const found = (count: number): Invocation<ReplayAnswer> => {
  const detections = Array.from({ length: count }, (_, at) => ({ ...car, box: { ...car.box, x: 200 * at } }));
  return { ok: true, answer: { status: 'done', function_version: '2', detections, timing_ms: { total: 10 } } };
};
const crashed: Invocation<ReplayAnswer> = { ok: false, failure: 'Runtime.ExitError' };

/** Runs a shadow until it has read all requests; its verdict. */
async function judged(
  requests: readonly Recorded[],
  answerOf: (content: string) => Invocation<ReplayAnswer> = () => found(1),
  options: ShadowOptions = {},
) {
  const { replayed, read, ...parts } = endpoint(requests, answerOf);
  const declared = [shadow({ pictures: 200, gates: { latency: false }, ...options }), canary({ percent: 10 })];
  const { plan = [], faults } = checkPlan(declared, { kind: 'count', capture: 1 });
  expect(faults).toEqual([]);
  const steps = stepsOf(plan);
  const state = { ...startRollout({ live: '1', candidate: '2' }, NOW.getTime()), step: 1 };
  const required = requiredMeasurement(steps, state) as RequiredShadow;
  const context = { ...parts, endpoint: 'cars', functionName: 'detect', folder: 'rollouts/', state, now: NOW };
  let progress: ShadowProgress | undefined;
  do progress = await advanceShadow(required, progress, context);
  while (progress.queue && progress.queue.length > 0);
  const verdict = judgeShadow(steps[1] as ShadowStep, progress.tally);
  return { progress, replayed, read, outcome: verdict.outcome, words: explain(verdict) };
}

const looped = (times: number, contents: readonly string[], more: Partial<Recorded> = {}) =>
  Array.from({ length: times }, (_, index) => ({ content: contents[index % contents.length] as string, ...more }));
const different = (count: number, more: Partial<Recorded> = {}) =>
  Array.from({ length: count }, (_, index) => ({ content: `picture ${index}`, ...more }));

test('a test picture in a loop proves nothing: the shadow waits for other scenes', async () => {
  const { outcome, words, progress, replayed } = await judged(looped(500, ['cars.jpg']));
  expect(progress.tally).toMatchObject({ pictures: 1, repeats: 499, neighbours: 0 });
  expect(replayed).toEqual(['cars.jpg']);
  expect(outcome).toBe('hold');
  expect(words).toContain('500 pictures, 1 different one, of 1 scene: waits for at least 100 scenes');
});

test('different pictures prove as before', async () => {
  const { outcome, words, progress } = await judged(different(200));
  expect(progress.tally).toMatchObject({ pictures: 200, repeats: 0, neighbours: 0 });
  expect(outcome).toBe('promote');
  expect(words).toContain('200 pictures, 200 different ones, of 200 scenes');
});

test('four golden pictures in a loop do not roll back for one box in one of them', async () => {
  const four = ['cars', 'apples', 'plants', 'road'];
  const { outcome, words } = await judged(looped(400, four), (content) => found(content === 'cars' ? 2 : 1));
  expect(outcome).toBe('hold');
  expect(words).toContain('400 pictures, 4 different ones, of 4 scenes: waits for at least 100 scenes');
});

test('a failure is one failure, however often its picture comes', async () => {
  const { outcome, progress, replayed } = await judged(looped(300, ['bomb']), () => crashed);
  expect(progress.tally).toMatchObject({ pictures: 1, failures: 1, repeats: 299 });
  expect(replayed).toEqual(['bomb']);
  expect(outcome).toBe('hold');
});

test('a proven fault rolls back, and the words say of how many pictures', async () => {
  const requests = [...different(60), ...looped(60, ['cars.jpg'])];
  const { outcome, words } = await judged(requests, () => found(9));
  expect(outcome).toBe('roll back');
  expect(words).toMatch(/mean of 61 pictures with objects.*; 120 pictures, 61 different ones, of 61 scenes: waits for/);
});

test('recordings of earlier releases have no fingerprint: their pictures are read, and recognised', async () => {
  const { progress, replayed, read } = await judged(looped(40, ['a', 'b'], { isOld: true }));
  expect(progress.tally).toMatchObject({ pictures: 2, repeats: 38 });
  expect(replayed.toSorted()).toEqual(['a', 'b']);
  expect(read).toHaveLength(40);
  const crash = await judged(looped(40, ['a', 'b'], { isOld: true }), () => crashed);
  expect(crash.progress.tally).toMatchObject({ pictures: 2, failures: 2, repeats: 38 });
});

test('of a recording without a fingerprint, the replay shows that it is a near neighbour', async () => {
  const requests = [{ content: 'a', isOld: true }, ...looped(3, ['a again'], { isOld: true, ago: 0 })];
  const { progress, replayed } = await judged(requests);
  expect(progress.tally).toMatchObject({ pictures: 1, neighbours: 1, repeats: 2 });
  expect(replayed.toSorted()).toEqual(['a', 'a again']);
});

test('a recording without a fingerprint whose picture was deleted is no picture', async () => {
  const { progress } = await judged(looped(3, ['deleted'], { isOld: true }));
  expect(progress.tally).toMatchObject({ pictures: 0, repeats: 0, neighbours: 0 });
});

test('the same scene encoded anew counts once, also hours later, and is not replayed', async () => {
  const encoded = different(300, { luminance: viewOf('one scene') });
  const { outcome, words, progress, replayed } = await judged(encoded);
  expect(progress.tally).toMatchObject({ pictures: 1, neighbours: 299, repeats: 0 });
  expect(replayed).toHaveLength(1);
  expect(outcome).toBe('hold');
  expect(words).toContain('300 pictures, 300 different ones, of 1 scene: waits for at least 100 scenes');
});

describe('a camera whose content changes while its view stays', () => {
  const street = viewOf('street');
  /** The first twenty cells change from picture to picture. */
  const content = (index: number) =>
    [...street].map((cell, at) => (at < 20 ? (viewOf(`cars ${index}`)[at] as string) : cell)).join('');
  const frames = (count: number, more: (index: number) => Partial<Recorded>) =>
    Array.from({ length: count }, (_, index) => ({
      content: `frame ${index}`,
      luminance: content(index),
      ...more(index),
    }));

  test('gives one scene a minute', async () => {
    const { progress } = await judged(frames(120, (index) => ({ ago: Math.floor(index / 40) })));
    expect(progress.tally.pictures).toBeGreaterThanOrEqual(3);
    expect(progress.tally.pictures).toBeLessThanOrEqual(4);
  });

  test('is known by its owner, or by the folder of its uploads', async () => {
    const byOwner = await judged(frames(40, (index) => ({ ago: 0, owner: `caller ${index % 8}` })));
    expect(byOwner.progress.tally.pictures).toBe(8);
    const byFolder = await judged(frames(40, (index) => ({ ago: 0, upload: `uploads/cars/gate-${index % 5}/x.jpg` })));
    expect(byFolder.progress.tally.pictures).toBe(5);
  });

  test('pictures of many callers within a minute are not taken for one camera', async () => {
    const { progress } = await judged(different(300, { ago: 0 }));
    expect(progress.tally.pictures).toBe(300);
  });
});

describe('where the plan says that repeats count', () => {
  test('every picture is evidence, and the words say so', async () => {
    const { outcome, words, progress, replayed } = await judged(looped(200, ['a', 'b']), undefined, {
      repeats: 'count',
    });
    expect(progress.tally).toMatchObject({ pictures: 200, repeats: 198 });
    expect(replayed).toHaveLength(200);
    expect(outcome).toBe('promote');
    expect(words).toContain('200 pictures, 2 different ones, of 2 scenes: every picture counts');
  });

  test('a rollout that an earlier release began goes on as it began', () => {
    const { plan: [phase, ...rest] = [] } = checkPlan([shadow(), canary({ percent: 10 })], {
      kind: 'count',
      capture: 1,
    });
    const { scenes: _, ...before } = phase as Extract<typeof phase, { kind: 'shadow' }>;
    const steps = stepsOf([before, ...rest]);
    const state = { ...startRollout({ live: '1', candidate: '2' }, 0), step: 1 };
    expect(requiredMeasurement(steps, state)).toMatchObject({ kind: 'shadow', countsRepeats: true });
  });
});

test('no more pictures are compared than the plan allows', async () => {
  const { progress, replayed } = await judged(different(300), undefined, { pictures: 20, maxPictures: 150 });
  expect(progress.tally.pictures).toBe(150);
  expect(replayed).toHaveLength(150);
});
