import { KEYS } from '../../functions/contract.ts';
import { scorePicture } from '../../functions/judge/shadow-score.ts';
import { NO_PICTURES } from '../../functions/judge/shadow-tally.ts';
import type { Objects } from '../../functions/platform/objects.ts';
import { draw, MOST_OPEN, withDifference } from '../../functions/records/drawn-pictures.ts';
import { pairOf } from '../../functions/records/pairs.ts';
import { idAt } from '../../functions/records/recorded-requests.ts';
import type { ShadowProgress } from '../../functions/records/shadow-progress.ts';
import { judgedByPeople } from '../../functions/rollout/people.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const FOLDER = KEYS.rollout({ endpoint: 'cars', functionName: 'detect' }, 'v2-test');
const idOf = (index: number) => `${idAt(NOW.getTime() - 60_000)}aaa-8aaa-${index.toString(16).padStart(12, '0')}`;
const differing = (count: number) => Array.from({ length: count }, (_, i) => ({ id: idOf(i), live: 2, candidate: 4 }));
const progressOf = (count: number): ShadowProgress => ({ step: 1, tally: NO_PICTURES, differing: differing(count) });
const TEST = { test: { goal: 'better' }, alpha: { rollback: 0.001, promote: 0.01 } } as const;
const nothing = { decided: new Set<string>(), sent: new Set<string>() };
const drawnIds = (pictures: ReturnType<typeof draw>) => pictures.flatMap(({ id, drawn }) => (drawn ? [id] : []));

/** A bucket in memory; `decide` stores a decision. */
function bucket() {
  const stored = new Map<string, unknown>();
  const deleted = new Set<string>();
  const objects = {
    exists: async (key: string) => !deleted.has(key),
    findJson: async (key: string) => stored.get(key),
    putJson: async (key: string, value: unknown) => void stored.set(key, value),
    listTagged: async (prefix: string) =>
      [...stored.keys()].filter((key) => key.startsWith(prefix)).map((key) => ({ key, tag: key })),
  } as unknown as Objects;
  const decide = (id: string, count: number, others?: readonly { count: number }[]) =>
    stored.set(KEYS.decision('cars', id), {
      count,
      decided_at: NOW.toISOString(),
      ...(others && {
        others: others.map((other, index) => ({ ...other, by: `person ${index}`, decided_at: NOW.toISOString() })),
      }),
    });
  const prefer = (id: string, preference: string, pair = pairOf(FOLDER, id).name) =>
    stored.set(KEYS.decision('cars', id), {
      preferences: [{ preference, pair, by: 'Ada', decided_at: NOW.toISOString() }],
    });
  const read = (progress: ShadowProgress) =>
    judgedByPeople(progress, { objects, endpoint: 'cars', folder: FOLDER, now: NOW, ...TEST });
  return { stored, deleted, decide, prefer, read };
}

test('only pictures on which the versions differ are collected, with the counts of both', () => {
  const car = (x: number) => ({ label: 'car', confidence: 0.9, box: { x, y: 0, width: 9, height: 9 } });
  const score = (live: number[], candidate: number[]) =>
    scorePicture({ kind: 'live', detections: live.map(car) }, { status: 'done', detections: candidate.map(car) });
  let progress: ShadowProgress = { step: 1, tally: NO_PICTURES };
  progress = withDifference(progress, 'same', score([0], [0]));
  progress = withDifference(progress, 'failed', { status: 'failed' });
  progress = withDifference(progress, 'more', score([0], [0, 20]));
  progress = withDifference(progress, 'elsewhere', score([0], [50]));
  expect(progress.differing).toEqual([
    { id: 'more', live: 1, candidate: 2 },
    { id: 'elsewhere', live: 1, candidate: 1 },
  ]);
});

describe('the draw', () => {
  test('leaves 25 pictures open, and keeps them when more pictures come', () => {
    const first = draw(differing(100), FOLDER, nothing);
    expect(drawnIds(first)).toHaveLength(MOST_OPEN);
    const more = draw([...first, ...differing(200).slice(100)], FOLDER, nothing);
    expect(drawnIds(more)).toEqual(drawnIds(first));
  });

  test('replaces decided pictures by as many others', () => {
    const first = draw(differing(100), FOLDER, nothing);
    const decided = new Set(drawnIds(first).slice(0, 10));
    expect(drawnIds(draw(first, FOLDER, { decided, sent: new Set() }))).toHaveLength(MOST_OPEN + 10);
  });

  test('is another one in another rollout, and does not prefer large differences or the first pictures', () => {
    const pictures = differing(200).map((picture, index) => ({ ...picture, candidate: 4 + index }));
    const means = Array.from({ length: 40 }, (_, run) => {
      const drawn = draw(pictures, `rollouts/${run}`, nothing).filter((picture) => picture.drawn);
      return drawn.reduce((sum, { candidate }) => sum + candidate - 4, 0) / drawn.length;
    });
    const mean = means.reduce((sum, each) => sum + each, 0) / means.length;
    expect(new Set(means).size).toBeGreaterThan(30);
    expect(Math.abs(mean - 99.5)).toBeLessThan(6);
  });

  test('does not take a picture because someone has decided it, except with its request', () => {
    const first = draw(differing(100), FOLDER, nothing);
    const others = first.flatMap(({ id, drawn }) => (drawn ? [] : [id]));
    const [later = '', sent = ''] = others.slice(-2);
    const next = draw(first, FOLDER, { decided: new Set([later, sent]), sent: new Set([sent]) });
    expect(drawnIds(next)).toContain(sent);
    expect(drawnIds(next)).not.toContain(later);
  });
});

describe('decisions of people', () => {
  test('count by both versions, and a corrected one is read again', async () => {
    const { decide, read } = bucket();
    const first = await read(progressOf(10));
    expect(first.truth).toEqual({ sample: [], unclear: 0, open: 10 });
    decide(idOf(0), 4);
    const second = await read(first.progress);
    expect(second.truth).toEqual({ sample: [[0.75, 1]], errors: { live: 0.5, candidate: 0 }, unclear: 0, open: 9 });
    decide(idOf(0), 2);
    const { truth } = await read(second.progress);
    expect(truth).toEqual({ sample: [[0, 1]], errors: { live: 0, candidate: 1 }, unclear: 0, open: 9 });
  });

  test('of several people on one picture are one value', async () => {
    const { decide, read } = bucket();
    decide(idOf(0), 40, [{ count: 4 }, { count: 4 }]);
    decide(idOf(1), 40, [{ count: 4 }]);
    const { truth } = await read(progressOf(2));
    expect(truth).toEqual({ sample: [[0.75, 1]], errors: { live: 0.5, candidate: 0 }, unclear: 1, open: 0 });
  });

  test('are listed for people: drawn pictures, and those without a decision', async () => {
    const { stored, decide, read } = bucket();
    decide(idOf(1), 3);
    await read(progressOf(2));
    expect(stored.get(KEYS.people(FOLDER))).toEqual({
      updated_at: NOW.toISOString(),
      ...TEST,
      pictures: [0, 1].map((index) => ({ id: idOf(index), live: 2, candidate: 4 })),
      open: [idOf(0)],
    });
  });

  test('name a side of the page, whose version is known here alone', async () => {
    const { prefer, read } = bucket();
    for (const index of [0, 1, 2, 3, 4, 5]) prefer(idOf(index), 'first');
    const live = [0, 1, 2, 3, 4, 5].filter((index) => pairOf(FOLDER, idOf(index)).first === 'live').length;
    expect(live).toBeGreaterThan(0);
    expect(live).toBeLessThan(6);
    expect((await read(progressOf(6))).truth.sample).toEqual([
      [0, live],
      [1, 6 - live],
    ]);
  });

  test('on a pair of another rollout leave the picture open', async () => {
    const { prefer, read } = bucket();
    prefer(idOf(0), 'first', pairOf(`${FOLDER}other/`, idOf(0)).name);
    expect((await read(progressOf(1))).truth).toEqual({ sample: [], unclear: 0, open: 1 });
  });

  test('without a preference close the picture, and another one is drawn in its place', async () => {
    const { stored, prefer, read } = bucket();
    const first = await read(progressOf(60));
    const { open } = stored.get(KEYS.people(FOLDER)) as { open: string[] };
    open.slice(0, 10).forEach((id, index) => void prefer(id, index < 4 ? 'neither' : 'cannot tell'));
    const second = await read(first.progress);
    expect(second.truth).toEqual({ sample: [], unclear: 0, neither: 4, cannotTell: 6, open: MOST_OPEN });
    expect(drawnIds(second.progress.differing ?? [])).toHaveLength(MOST_OPEN + 10);
  });

  test('on the upload of an S3 client count, though its id is in no order of time', async () => {
    const { decide, read } = bucket();
    const upload = '0a'.repeat(16);
    decide(upload, 4);
    const progress = { ...progressOf(0), differing: [{ id: upload, live: 2, candidate: 4 }] };
    expect((await read(progress)).truth).toMatchObject({ sample: [[0.75, 1]], open: 0 });
  });

  test('make new progress, which is the same without a new one', async () => {
    const { decide, read } = bucket();
    const { progress } = await read(progressOf(2));
    expect((await read(progress)).progress).toBe(progress);
    decide(idOf(1), 3);
    expect((await read(progress)).progress).toMatchObject({ decided: 1 });
  });

  test('on an erased picture are no evidence, and it waits for no decision', async () => {
    const { deleted, stored, read } = bucket();
    const { progress } = await read(progressOf(2));
    deleted.add(KEYS.comparison(FOLDER, idOf(0)));
    expect((await read(progress)).truth).toMatchObject({ open: 1 });
    expect(stored.get(KEYS.people(FOLDER))).toMatchObject({ open: [idOf(1)] });
  });
});
