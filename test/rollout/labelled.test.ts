import type { Invocation, ReplayAnswer } from '../../functions/api/events.ts';
import { KEYS } from '../../functions/contract.ts';
import { startRollout } from '../../functions/judge/state.ts';
import type { Objects } from '../../functions/platform/objects.ts';
import type { LabelledRecord } from '../../functions/records/labelled-record.ts';
import type { ShadowProgress } from '../../functions/records/shadow-progress.ts';
import type { FunctionVersion } from '../../functions/rollout/function-version.ts';
import { advanceLabels } from '../../functions/rollout/labelled.ts';
import type { RequiredShadow } from '../../functions/rollout/shadow.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const FOLDER = KEYS.rollout({ endpoint: 'cars', functionName: 'detect' }, 'v2-test');
const PREFIX = 'labels/cars/mine/';
const SET = { prefix: PREFIX, truth: 'truth.json', names: ['car', 'bus'] };
const required: RequiredShadow = {
  kind: 'shadow',
  baseline: 'live',
  sample: 1,
  maxPictures: 2000,
  slow: { factor: 2 },
  usualTimes: false,
  usual: false,
  since: NOW.getTime(),
};
const state = { ...startRollout({ live: '1', candidate: '2' }, NOW.getTime()), step: 1 };
const image = { width: 100, height: 80 };
const car = (x: number, confidence = 0.9) => ({ label: 'car', confidence, box: { x, y: 0, width: 10, height: 10 } });

const done = (detections: object[], ms = 10, size = image) =>
  ({
    ok: true,
    answer: { status: 'done', function_version: '1', detections, timing_ms: { total: ms }, image: size },
  }) as unknown as Invocation<ReplayAnswer>;
const failed = (status: number) =>
  ({ ok: true, answer: { status: 'failed', problem: { status } } }) as unknown as Invocation<ReplayAnswer>;
const gone = { ok: true, answer: { status: 'gone', function_version: '1' } } as Invocation<ReplayAnswer>;

/** Photos with `cars` cars each, at x = 0, 20, … */
function truthOf(photos: Readonly<Record<string, number>>) {
  const boxes = (cars: number) =>
    Array.from({ length: cars }, (_, index) => ({ label: 'car', box: [20 * index, 0, 10, 10] }));
  return { coco: Object.entries(photos).map(([file, cars]) => ({ file, ...image, boxes: boxes(cars) })) };
}

type Answers = (file: string) => Invocation<ReplayAnswer>;

/** A bucket with a truth and its photos, and two versions that answer them. */
function setUp(
  truth: unknown,
  files: Readonly<Record<string, string>>,
  answers: { live: Answers; candidate: Answers },
) {
  const stored = new Map<string, { value: unknown; tag: string }>();
  if (truth !== undefined) stored.set(`${PREFIX}truth.json`, { value: truth, tag: 'truth-1' });
  for (const [file, tag] of Object.entries(files)) stored.set(PREFIX + file, { value: file, tag });
  const objects = {
    findTagged: async (key: string) => stored.get(key),
    putJson: async (key: string, value: unknown) => void stored.set(key, { value, tag: '' }),
    listTagged: async (prefix: string) =>
      [...stored].filter(([key]) => key.startsWith(prefix)).map(([key, { tag }]) => ({ key, tag })),
  } as unknown as Objects;
  const asked: string[] = [];
  const version = (name: 'live' | 'candidate') =>
    ({
      labelled: async (photo: string) => {
        asked.push(`${name} ${photo}`);
        return answers[name](photo.replace('mine/', ''));
      },
    }) as unknown as FunctionVersion;
  const context = {
    objects,
    candidate: version('candidate'),
    live: version('live'),
    endpoint: 'cars',
    functionName: 'detect',
    folder: FOLDER,
    state,
    now: NOW,
  };
  const advance = (before?: ShadowProgress) => advanceLabels(SET, required, before, context);
  const record = () => stored.get(KEYS.labelled(FOLDER))?.value as LabelledRecord;
  return { stored, asked, advance, record };
}

const right: Answers = () => done([car(0)]);
const blind: Answers = () => done([]);
const photos = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}.jpg`, 1] as const));
const tagsOf = (of: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.keys(of).map((name) => [name, name]));

test('both versions answer every photo, and each block counts by its AP50', async () => {
  const { advance, asked, record } = setUp(truthOf(photos(4)), tagsOf(photos(4)), { live: blind, candidate: right });
  const { labels, progress } = await advance();
  expect(labels).toMatchObject({
    measure: 'ap50',
    sample: [[1, 4]],
    means: { live: 0, candidate: 1 },
    photos: 4,
    done: 4,
  });
  expect(progress.tally).toMatchObject({ pictures: 4, failures: 0, timed: 4, objects: { baseline: 0, candidate: 4 } });
  // One of each is a warm-up.
  expect(asked.filter((text) => text.startsWith('live'))).toHaveLength(5);
  expect(new Set(asked.map((text) => text.split(' ')[1]))).toEqual(
    new Set(Object.keys(photos(4)).map((f) => `mine/${f}`)),
  );
  expect(record()).toMatchObject({
    prefix: PREFIX,
    measure: 'ap50',
    labels: [
      {
        label: 'car',
        objects: 4,
        live: { ap50: 0, right: 0, wrong: 0, count_error: 1 },
        candidate: { ap50: 1, right: 4, wrong: 0, count_error: 0 },
      },
    ],
  });
  expect(record().different).toHaveLength(4);
  expect(record().different[0]).toMatchObject({
    difference: 1,
    ...image,
    counts: { car: 1 },
    live: [],
    candidate: [car(0)],
  });
});

test('a tick that has progress goes on after it, and the end does not depend on the ticks', async () => {
  const all = photos(6);
  const answers = { live: blind, candidate: right };
  const whole = await setUp(truthOf(all), tagsOf(all), answers).advance();
  const { asked, advance } = setUp(truthOf(all), tagsOf(all), answers);
  const { progress } = whole;
  const labelled = { ...progress.labelled, results: progress.labelled?.results.slice(0, 4) ?? [] };
  const second = await advance({ ...progress, labelled } as ShadowProgress);
  expect(asked).toHaveLength(2 + 4);
  expect(second.labels).toEqual(whole.labels);
});

test('photos without objects are dealt evenly among those with objects, where false detections count', async () => {
  const all = { ...photos(2), 'e0.jpg': 0, 'e1.jpg': 0 };
  const seesGhosts: Answers = (file) => done([car(0, file.startsWith('e') ? 0.99 : 0.9)]);
  const { labels } = await setUp(truthOf(all), tagsOf(all), { live: seesGhosts, candidate: right }).advance();
  expect(labels.photos).toBe(4);
  // The ghost comes first, so the precision at the object is ½; the candidate detects ghosts, too, but later.
  expect(labels.means?.live).toBeCloseTo(0.5, 6);
});

test('photos that cannot be used are skipped, with their names and reasons', async () => {
  const all = photos(8);
  const reasons: Record<string, Answers> = {
    'p1.jpg': () => failed(422),
    'p2.jpg': () => done([], 10, { width: 80, height: 100 }),
    'p3.jpg': () => ({ ok: false, failure: 'Error: unknown event' }),
    'p4.jpg': () => gone,
    'p5.jpg': () => failed(500),
  };
  const live: Answers = (file) => reasons[file]?.(file) ?? right(file);
  const candidate: Answers = (file) => (file === 'p1.jpg' || file === 'p2.jpg' ? live(file) : right(file));
  const { 'p6.jpg': _, ...tags }: Record<string, string> = { ...tagsOf(all), 'p7.jpg': 'p0.jpg' };
  const { advance, record } = setUp(truthOf(all), tags, { live, candidate });
  const { labels } = await advance();
  const skipped = Object.fromEntries(record().skipped.map(({ file, reason }) => [file, reason]));
  const repeated = skipped['p0.jpg'] === undefined ? 'p7.jpg' : 'p0.jpg';
  expect(skipped).toEqual({
    'p1.jpg': 'unreadable',
    'p2.jpg': 'other size',
    'p3.jpg': 'unanswered',
    'p4.jpg': 'missing',
    'p5.jpg': 'unanswered',
    'p6.jpg': 'missing',
    [repeated]: 'repeated',
  });
  expect(labels).toMatchObject({ photos: 8, done: 8, skipped: 7, sample: [[0.5, 1]] });
  expect(labels.examples).toHaveLength(3);
});

test('where S3 does not answer, the tick ends, and the next one goes on there', async () => {
  const all = photos(6);
  let calls = 0;
  const once: Answers = () => {
    calls += 1;
    return calls === 4 ? failed(503) : done([]);
  };
  const { advance } = setUp(truthOf(all), tagsOf(all), { live: once, candidate: right });
  const first = await advance();
  expect(first.labels).toMatchObject({ done: 2, skipped: 0 });
  expect((await advance(first.progress)).labels).toMatchObject({ done: 6, skipped: 0, sample: [[1, 6]] });
});

test('a candidate that fails, or rejects what live accepts, has no detections', async () => {
  const all = photos(3);
  const candidate: Answers = (file) =>
    file === 'p0.jpg' ? failed(422) : file === 'p1.jpg' ? { ok: false, failure: 'crash' } : right(file);
  const { labels, progress } = await setUp(truthOf(all), tagsOf(all), { live: right, candidate }).advance();
  expect(labels).toMatchObject({
    sample: [
      [0, 2],
      [0.5, 1],
    ],
    skipped: 0,
  });
  expect(progress.tally).toMatchObject({ pictures: 3, failures: 2 });
  const accepted = await setUp(truthOf(all), tagsOf(all), { live: candidate, candidate: right }).advance();
  expect(accepted.labels).toMatchObject({
    sample: [
      [0.5, 1],
      [1, 1],
    ],
    skipped: 1,
  });
});

test('counts alone are judged by the count error, photo by photo', async () => {
  const truth = {
    coco: [{ file: 'other.jpg', ...image, boxes: [{ label: 'dog', box: [0, 0, 1, 1] }] }],
    counts_by_eye: { 'a.jpg': { car: 2 }, 'b.jpg': { car: 0 } },
  };
  const files = { 'a.jpg': 'a', 'b.jpg': 'b', 'other.jpg': 'o' };
  const { advance, record } = setUp(truth, files, { live: right, candidate: () => done([car(0), car(20)]) });
  const { labels } = await advance();
  // a: live ½ off, candidate right. b: both wrong, at most 1.
  expect(labels).toMatchObject({
    measure: 'countError',
    sample: [
      [0.5, 1],
      [0.75, 1],
    ],
    means: { live: 0.75, candidate: 0.5 },
    skipped: 1,
    examples: [{ file: 'other.jpg', reason: 'no labels' }],
  });
  expect(record().labels).toMatchObject([{ label: 'car', objects: 2, live: { ap50: null, count_error: 1 } }]);
});

test('a set with boxes leaves out the photos with counts only', async () => {
  const truth = { ...truthOf(photos(1)), counts_by_eye: { 'a.jpg': { car: 2 } } };
  const { labels } = await setUp(truth, { 'p0.jpg': 'p', 'a.jpg': 'a' }, { live: right, candidate: right }).advance();
  expect(labels.examples).toEqual([{ file: 'a.jpg', reason: 'no boxes' }]);
});

describe('a set that cannot be judged says why', () => {
  const problemOf = async (truth: unknown) =>
    (await setUp(truth, {}, { live: right, candidate: right }).advance()).labels.problem;

  test('without a truth, with an invalid one, with other labels', async () => {
    const file = `${PREFIX}truth.json`;
    expect(await problemOf(undefined)).toEqual({ code: 'no truth', file });
    expect(await problemOf({ coco: [] })).toMatchObject({ code: 'invalid truth', file });
    expect(await problemOf({ coco: [{ file: 'a.jpg', ...image, boxes: [] }] })).toEqual({
      code: 'other labels',
      names: ['car', 'bus'],
    });
    const many = truthOf(photos(5001));
    expect(await problemOf(many)).toEqual({
      code: 'invalid truth',
      file,
      fault: 'Expected at most 5000 photos, received 5001',
    });
  });

  test('when it changes during the rollout', async () => {
    const { advance, stored } = setUp(truthOf(photos(2)), tagsOf(photos(2)), { live: blind, candidate: right });
    const { progress } = await advance();
    stored.set(`${PREFIX}truth.json`, { value: truthOf(photos(3)), tag: 'truth-2' });
    expect((await advance(progress)).labels.problem).toEqual({ code: 'changed', file: `${PREFIX}truth.json` });
  });
});

test('the progress of 1,000 photos stays under 2 MB, so that of 5,000 under 10 MB', async () => {
  const all = photos(1000);
  const many = () => done(Array.from({ length: 10 }, (_, index) => car(20 * index, 0.9137)));
  const { advance } = setUp(truthOf(all), tagsOf(all), { live: many, candidate: many });
  const { progress } = await advance();
  expect(progress.labelled?.results).toHaveLength(1000);
  expect(Buffer.byteLength(JSON.stringify(progress, null, 2))).toBeLessThan(2e6);
});
