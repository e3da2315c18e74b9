import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerAll } from '../../../cli/challenge/answer.ts';
import { compareAnswers } from '../../../cli/challenge/comparison.ts';
import { readLabelled } from '../../../cli/challenge/pictures.ts';
import { writeRecord } from '../../../cli/challenge/record.ts';
import { headOf, leftOutInWords, resultInWords, rows } from '../../../cli/challenge/words.ts';
import { COUNTER_NANO } from '../model/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'comparison-'));
afterAll(() => rmSync(folder, { recursive: true }));

const LABELS = ['car'];
const variant = (confidence?: number) => ({
  folder: COUNTER_NANO,
  options: { labels: LABELS, annotate: false, ...(confidence !== undefined && { confidence }) },
});

/** Cars, the same file again, no car, a file that is no picture, and a picture without a count of cars. */
function labelledFolder() {
  const golden = join(COUNTER_NANO, 'golden');
  for (const [from, to] of [
    ['cars.jpg', 'cars.jpg'],
    ['cars.jpg', 'again.jpg'],
    ['empty-road.jpg', 'empty.jpg'],
    ['apples.jpg', 'apples.jpg'],
  ] as const)
    cpSync(join(golden, from), join(folder, to));
  writeFileSync(join(folder, 'text.jpg'), 'no picture');
  const of = (label: string, count: number) => ({ width: 960, height: 640, label, count, boxes: [] });
  const truth = join(folder, 'truth.json');
  const counts = { 'cars.jpg': of('car', 3), 'again.jpg': of('car', 3), 'empty.jpg': of('car', 0) };
  writeFileSync(truth, JSON.stringify({ ...counts, 'text.jpg': of('car', 1), 'apples.jpg': of('apple', 5) }));
  return { photos: folder, truth };
}

test('pictures are answered by all variants, and left out with the reason', async () => {
  const labelled = await readLabelled(labelledFolder(), LABELS);
  expect(labelled).toMatchObject({ uncounted: 1, repeated: 1 });
  const paths = labelled.pictures.map(({ path }) => path);
  const seen: number[] = [];
  const progress = (done: number) => void seen.push(done);
  const answered = await answerAll([variant(), variant(0.99)], paths, { progress, processes: 2 });
  expect(seen).toEqual([1, 2, 3]);
  const comparison = compareAnswers(labelled.pictures, answered, { names: ['high'], labels: LABELS });
  expect(comparison).toMatchObject({
    pictures: 2,
    objects: 3,
    live: { error: 0, counted: 3, failures: 0 },
    challengers: [{ name: 'high', error: 0.5, counted: 0, verdict: 'unclear' }],
    refused: [{ path: join(folder, 'text.jpg'), reason: expect.stringContaining('for picture, received text') }],
  });
  expect(comparison.live.ms).toBeGreaterThan(0);
  expect(leftOutInWords(labelled, comparison)).toEqual([
    '1 photos are left out: their truth has no count of every label.',
    '1 photos are left out: they have the same bytes as another one.',
    expect.stringMatching(/^1 photos are left out: the endpoint refuses them \(.*text\.jpg: .* received text\)\.$/),
  ]);
});

/** A picture that people only counted. */
function pictureOf(path: string, count: number) {
  return { path, count, content: path, truth: { file: path, counts: { car: count }, judged: new Set(['car']) } };
}

test('where the truth has boxes, AP50 of what is counted stands beside the count error, and decides nothing', () => {
  const at = (x: number) => ({ x, y: 0, width: 40, height: 40 });
  const truth = {
    ...pictureOf('boxed.jpg', 2).truth,
    boxes: [0, 100].map((x) => ({ label: 'car', box: at(x), crowd: false, area: 1600 })),
  };
  const pictures = [{ ...pictureOf('boxed.jpg', 2), truth }, pictureOf('counted.jpg', 1)];
  const found = (...places: number[]) => ({
    count: places.length,
    ms: 10,
    detections: places.map((x, index) => ({ label: 'car', confidence: 0.5 + index / 10, box: at(x) })),
  });
  const answered = pictures.map(({ path }) => ({
    path,
    answers: [found(0, 100), found(300, 400), { failure: 'NaN', ms: 10 }],
  }));
  const comparison = compareAnswers(pictures, answered, { names: ['elsewhere', 'broken'], labels: LABELS });
  expect(comparison).toMatchObject({
    live: { ap50: 1, error: 0.5 },
    challengers: [
      { name: 'elsewhere', ap50: 0, error: 0.5, verdict: 'unclear' },
      { name: 'broken', ap50: 0, error: 1 },
    ],
  });
  expect(headOf(comparison).slice(0, 4)).toEqual(['', 'count error, %', 'AP50, %', 'objects']);
  const shown = rows(comparison, { version: '7', model: 'weak' }).map((row) => row.slice(0, 4));
  expect(shown).toEqual([
    ['counted by people', '', '', '3'],
    ['live, version 7: weak', '50.0', '100.0', '4'],
    ['elsewhere', '50.0', '0.0', '4'],
    ['broken', '100.0', '0.0', '0'],
  ]);
});

test('a package that does not load ends the comparison with its fault', async () => {
  const broken = join(folder, 'broken');
  cpSync(COUNTER_NANO, broken, { recursive: true });
  writeFileSync(join(broken, 'model.onnx'), 'no model');
  await expect(answerAll([{ ...variant(), folder: broken }], [join(folder, 'cars.jpg')])).rejects.toThrow(
    /^the models: ModelPackageError: .*expected SHA-256/,
  );
});

test('missing photos and labels are refused', async () => {
  const { photos, truth } = labelledFolder();
  await expect(readLabelled({ photos, truth }, ['boat'])).rejects.toThrow(
    `Expected photos with counts of boat in ${truth}, received none`,
  );
  rmSync(join(photos, 'again.jpg'));
  await expect(readLabelled({ photos, truth }, LABELS)).rejects.toThrow(
    `Expected the 5 photos of ${truth} in ${photos}; 1 are missing: again.jpg`,
  );
});

describe('in words', () => {
  const LIVE = { version: '7', model: 'weak' };
  const compared = (...counts: readonly (number | undefined)[]) => comparedOf(4, ...counts);

  /** Counts of live, then of the challengers, in pictures of so many objects; undefined: the model failed. */
  function comparedOf(objects: number, ...counts: readonly (number | undefined)[]) {
    const pictures = Array.from({ length: 60 }, (_, index) => pictureOf(`${index}.jpg`, objects));
    const answers = counts.map((count, index) => ({
      ms: index === 0 ? 10 : 25,
      ...(count === undefined ? { failure: 'NaN' } : { count }),
    }));
    const names = counts.slice(1).map((_, index) => 'abcd'[index] as string);
    return compareAnswers(
      pictures,
      pictures.map(({ path }) => ({ path, answers })),
      { names, labels: LABELS },
    );
  }
  const verdicts = (comparison: ReturnType<typeof compared>) => rows(comparison, LIVE).map((row) => row.at(-1));

  test('the best, and why the others are not', () => {
    const comparison = compared(1, 4, 2, 1, undefined);
    expect(resultInWords(comparison, LIVE)).toBe(
      'a is the best: better than live and every other challenger on 60 labelled pictures, with 99 % certainty for ' +
        'all statements together.',
    );
    expect(verdicts(comparison)).toEqual([
      '',
      '',
      "wins: better than live and every other challenger; takes 2.5 times live's time, which the rollout judges",
      'better than live; worse than a',
      'no proven difference from live, no proof in sight; worse than a, b',
      'worse than live; its model failed on 60 pictures',
    ]);
    expect(
      rows(comparison, LIVE)
        .slice(0, 3)
        .map((row) => row.slice(0, 3)),
    ).toEqual([
      ['counted by people', '', '240'],
      ['live, version 7: weak', '75.0', '60'],
      ['a', '0.0', '240'],
    ]);
    expect(rows(comparison, LIVE)[2]?.[3]).toMatch(/^\+75\.0 \(\+\d\d\.\d to \+\d\d\.\d\)$/);
  });

  test('a winner that another one equals', () => {
    const comparison = compared(1, 4, 4);
    expect(resultInWords(comparison, LIVE)).toContain('a wins: better than live on 60 labelled pictures');
    expect(resultInWords(comparison, LIVE)).toContain('not proven to be better than b');
    expect(verdicts(comparison)[3]).toBe('better than live; no proven difference from a');
  });

  test('nobody', () => {
    const comparison = compared(2, 2, 1);
    expect(resultInWords(comparison, LIVE)).toBe(
      'Nobody wins: no challenger is proven to be better than live (version 7) on 60 labelled pictures, with 99 % ' +
        'certainty for all statements together. Live stays.',
    );
    expect(verdicts(comparison).slice(2)).toEqual([
      'no proven difference from live, no proof in sight',
      'worse than live',
    ]);
  });

  test('how many more pictures would decide', () => {
    expect(verdicts(comparedOf(10, 9, 10))[2]).toBe(
      'no proven difference from live, about 24 more pictures would decide',
    );
  });

  test('the record escapes what it shows', async () => {
    const manifest = { name: 'weak', version: '1.0.0', sha256: 'abc' } as never;
    const comparison = compared(1, 4);
    const named = { ...comparison, challengers: comparison.challengers.map((each) => ({ ...each, name: '<b>' })) };
    const { json, page } = await writeRecord(join(folder, 'out'), {
      endpoint: 'count',
      deployed: { endpoint: 'count', functionName: 'F', objects: {} as never },
      live: { ...LIVE, name: 'live', folder: 'weak', manifest, isVerified: true },
      variants: [{ name: '<b>', model: 'weak', folder: 'weak', manifest, confidence: 0.4 }],
      labelled: { pictures: [], uncounted: 0, repeated: 0 },
      comparison: named,
      at: new Date('2026-11-26T12:00:00Z'),
    });
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
      endpoint: 'count',
      at: '2026-11-26T12:00:00.000Z',
      risk: 0.01,
      pictures: { compared: 60, objects: 240 },
      live: { version: '7', model: { name: 'weak' }, error: 0.75 },
      challengers: [{ name: '<b>', confidence: 0.4, verdict: 'better', gain: { mean: 0.75 } }],
      winner: { name: 'a', claim: 'best' },
    });
    expect(readFileSync(page, 'utf8')).toContain('&#60;b&#62;');
    expect(readFileSync(page, 'utf8')).not.toContain('<b>');
  });
});
