/** Two versions over a bucket: which pictures count, what is found, and its words. */

import { compareJobs } from '../../../cli/batch/compare/bucket-comparison.ts';
import { comparisonPage } from '../../../cli/batch/compare/page.ts';
import { comparisonInWords } from '../../../cli/batch/compare/words.ts';
import { html } from '../../../functions/report/html.ts';
import { type Answers, bucketOf, car, deployedWith, reading } from './compared-jobs.ts';

const JOBS = { baseline: reading('1'), candidate: reading('2') };

const BASELINE: Answers = {
  a1: [car(0), car(100)],
  b1: [car(0)],
  // The content of b1 again.
  b2: [car(0)],
  c1: [],
  d1: [car(0)],
  e1: undefined,
  f1: undefined,
  g1: [car(0)],
  only1: [car(0)],
};
const CANDIDATE: Answers = {
  a1: [car(0), car(100), car(200, 0.3)],
  b1: [car(0)],
  b2: [],
  c1: [],
  d1: undefined,
  e1: undefined,
  f1: [car(0)],
  g1: [car(300)],
};

async function compared(baseline = BASELINE, candidate = CANDIDATE) {
  const progress: number[] = [];
  const found = await compareJobs(deployedWith(bucketOf(baseline, candidate)), JOBS, (done) => progress.push(done));
  return { ...found, progress };
}

test('repeated content counts once; pictures that one version rejects or has not answered are told apart', async () => {
  const { comparison, progress } = await compared();
  expect(progress).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(comparison).toMatchObject({
    baseline: { version: '1', job: 'monday-v1' },
    candidate: { version: '2', job: 'monday-v2' },
    compared: { pictures: 6, different: 5, scenes: 5 },
    failures: 1,
    rejected: { byBoth: 1, onlyByBaseline: 1 },
    left: { onlyBaseline: 1, onlyCandidate: 0, gone: 0 },
    empty: 1,
    milliseconds: { baseline: { median: 40, p95: 40 }, candidate: { median: 60, p95: 60 } },
  });
});

test('agreement and counts over the scenes with objects, with their bounds', async () => {
  const { disagreement, countError, failed, objects, byLabel, bySize } = (await compared()).comparison;
  // Of a1 one of three objects, of b1 none, of g1 both.
  expect(disagreement.mean).toBeCloseTo((1 / 3 + 0 + 1) / 3, 3);
  expect(disagreement.atLeast).toBeLessThan(disagreement.mean ?? 0);
  expect(disagreement.atMost).toBeGreaterThan(disagreement.mean ?? 1);
  expect(countError.mean).toBeCloseTo(0.5 / 3, 3);
  expect(failed.mean).toBeCloseTo(1 / 5);
  expect(objects).toMatchObject({
    name: 'all',
    pictures: 3,
    baseline: 4,
    candidate: 5,
    matched: 3,
    missed: 1,
    extra: 2,
  });
  expect(objects?.countShift.mean).toBeCloseTo(1 / 3 / 3, 3);
  expect(byLabel.map(({ name, extra }) => [name, extra])).toEqual([['car', 2]]);
  expect(bySize.map(({ name, extra }) => [name, extra])).toEqual([['medium', 2]]);
});

test('the worst pictures come first: rejected by the candidate, then by disagreement', async () => {
  expect((await compared()).comparison.worst).toEqual([
    { id: 'd1', key: 'in/d1.jpg', kinds: ['failed'], baseline: 1 },
    { id: 'g1', key: 'in/g1.jpg', kinds: ['missed', 'extra'], baseline: 1, candidate: 1 },
    { id: 'a1', key: 'in/a1.jpg', kinds: ['extra', 'count differs', 'low confidence'], baseline: 2, candidate: 3 },
  ]);
});

test('a result that has expired is counted as gone', async () => {
  const bucket = bucketOf(BASELINE, CANDIDATE);
  bucket.stored.delete('batch/cars/Cars/v2/a1.json');
  const { comparison } = await compareJobs(deployedWith(bucket), JOBS, () => {});
  expect(comparison.left.gone).toBe(1);
  expect(comparison.compared.pictures).toBe(5);
});

test('jobs of which no result is left are refused', async () => {
  const bucket = bucketOf({ a1: [], b1: [] }, { a1: [], b1: [] });
  for (const key of bucket.stored.keys()) if (key.startsWith('batch/cars/Cars/v1/')) bucket.stored.delete(key);
  await expect(compareJobs(deployedWith(bucket), JOBS, () => {})).rejects.toThrow(
    'Expected results of monday-v1 and monday-v2, received none for 2 pictures: they have expired, or the function was',
  );
});

test('of 500 pictures that all differ, the 48 worst are kept, and every number counts', async () => {
  const ids = Array.from({ length: 500 }, (_, index) => String.fromCharCode(0x100 + index));
  const objects = (count: number) => Array.from({ length: count }, (_, index) => car(60 * index));
  const baseline = Object.fromEntries(ids.map((id, index) => [id, objects(1 + (index % 50))]));
  const candidate = Object.fromEntries(ids.map((id, index) => [id, objects(2 + (index % 50))]));
  const { comparison } = await compared(baseline, candidate);
  expect(comparison.compared.scenes).toBe(500);
  expect(comparison.objects?.extra).toBe(500);
  expect(comparison.worst).toHaveLength(48);
  expect(Math.max(...comparison.worst.map(({ baseline: count }) => count))).toBeLessThanOrEqual(5);
});

test('the comparison in words', async () => {
  const lines = comparisonInWords((await compared()).comparison).split('\n');
  expect(lines.slice(0, 7)).toEqual([
    'cars: version 2 against version 1 over s3://photos/in/',
    '5 scenes compared, of 6 pictures, 5 of them different; 1 without objects',
    'Version 2 rejects 1 that version 1 answers',
    'It answers 1 that version 1 rejects',
    'Both reject 1',
    '1 picture only in the job of version 1: start it again for the others',
    expect.stringMatching(/^Disagreement: 44\.4 % \(\d+\.\d–\d+\.\d %\) of the objects of a picture$/),
  ]);
  expect(lines).toContain('Median of a picture: 40 → 60 ms, each in its own job');
  expect(lines).toContain('  1 → rejected   in/d1.jpg');
  expect(lines).toContain('  2 → 3          in/a1.jpg');
});

test('pictures without an object in either answer make no table', async () => {
  const { comparison } = await compared({ a1: [] }, { a1: [] });
  expect(comparison).toMatchObject({ empty: 1, byLabel: [], bySize: [], worst: [] });
  expect(comparison.objects).toBeUndefined();
  expect(comparisonInWords(comparison)).toContain('Disagreement: – of the objects');
});

test('the page has numbers, charts, tables and the worst pictures by their keys, without human counts', async () => {
  const found = await compared();
  const picture = { source: 'https://photos.example/a1?x=1&y=2', width: 640, height: 480 };
  const page = comparisonPage(found, {
    head: html`<style></style>`,
    tail: undefined,
    pictures: new Map([['a1', picture]]),
    now: new Date('2026-11-26T12:00:00Z'),
  });
  expect(page).toContain('<h1>cars: version 2 against version 1</h1>');
  for (const title of ['Disagreement', 'Count error', 'Counts', 'Time']) expect(page).toContain(`<h3>${title}</h3>`);
  for (const title of ['By label', 'By size', 'Largest differences']) expect(page).toContain(`<h2>${title}</h2>`);
  expect(page).toContain('<code class="dim">in/a1.jpg</code>');
  expect(page).toContain('<img src="https://photos.example/a1?x=1&#38;y=2"');
  expect(page.match(/The picture is no longer in the bucket/g)).toHaveLength(2);
  expect(page).not.toContain('Human counts');
});
