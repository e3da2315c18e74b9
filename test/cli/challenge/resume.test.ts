/** A comparison that was stopped goes on with its answers, and its record stays in the bucket. */

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerPictures } from '../../../cli/challenge/answer-pictures.ts';
import { type AnsweringVariant, AnswersFile } from '../../../cli/challenge/answers-file.ts';
import { keepInBucket } from '../../../cli/challenge/record.ts';
import type { Manifest } from '../../../functions/detection/manifest.ts';
import { StoreUnavailableError } from '../../../functions/platform/object-errors.ts';
import { COUNTER_NANO, temporaryFolder } from '../model/command.ts';

const OPTIONS = { labels: ['car'], annotate: false } as const;
const MANIFEST = { sha256: 'abc', input: { fit: { kind: 'stretch' } } } as Manifest;
const VARIANTS = [{ manifest: MANIFEST, options: OPTIONS }];
const pictureOf = (name: string, content: string) => ({
  path: join(COUNTER_NANO, 'golden', name),
  count: 3,
  content,
  truth: { file: name, counts: { car: 3 }, judged: new Set(['car']) },
});
const PICTURES = [pictureOf('cars.jpg', 'c'), pictureOf('empty-road.jpg', 'e'), pictureOf('cars.png', 'gone')];

test('answers that are there are not computed again; the last line may be cut off', async () => {
  const path = join(temporaryFolder(), 'out', 'challengers-count.answers.jsonl');
  const before = new AnswersFile(path, VARIANTS);
  before.add('c', { answers: [{ count: 7, ms: 12, detections: [] }] });
  before.add('gone', { refused: 'no picture' });
  appendFileSync(path, '{"picture":"e","answers":[{"cou');

  const answers = new AnswersFile(path, VARIANTS);
  const notes: string[] = [];
  const runnable = [{ folder: COUNTER_NANO, options: OPTIONS }];
  const answered = await answerPictures(runnable, PICTURES, answers, { note: (text) => notes.push(text) });
  expect(notes).toEqual(['2 of them were answered by a comparison that was stopped: it goes on from there.']);
  expect(answered).toMatchObject([
    { path: PICTURES[0]?.path, answers: [{ count: 7 }] },
    { path: PICTURES[1]?.path, answers: [{ count: 0, detections: [] }] },
    { path: PICTURES[2]?.path, refused: 'no picture' },
  ]);
  const again = await answerPictures(runnable, PICTURES, new AnswersFile(path, VARIANTS), { note: () => {} });
  expect(again).toEqual(answered);
  answers.remove();
  expect(existsSync(path)).toBe(false);
});

test.each<[string, AnsweringVariant]>([
  ['weights', { manifest: { ...MANIFEST, sha256: 'def' }, options: OPTIONS }],
  [
    'preprocessing',
    {
      manifest: { ...MANIFEST, input: { ...MANIFEST.input, fit: { kind: 'letterbox', position: 'centre', pad: 114 } } },
      options: OPTIONS,
    },
  ],
  ['settings', { manifest: MANIFEST, options: { ...OPTIONS, confidence: 0.4 } }],
])('answers of other %s are not taken', (_, other) => {
  const path = join(temporaryFolder(), 'answers.jsonl');
  new AnswersFile(path, VARIANTS).add('c', { refused: 'no picture' });
  expect(new AnswersFile(path, VARIANTS).find('c')).toEqual({ refused: 'no picture' });
  expect(new AnswersFile(path, [other]).find('c')).toBeUndefined();
  expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(1);
});

describe('the record', () => {
  const measured = { error: 0.5, counted: 4, failures: 0, ms: 10 };
  const manifest = { name: 'weak', version: '1.0.0', sha256: 'abc' } as never;
  const live = { name: 'live', model: 'weak', folder: 'weak', manifest, version: '7', isVerified: true };
  const compared = (objects: object) => ({
    endpoint: 'count',
    deployed: { endpoint: 'count', functionName: 'F', objects: objects as never },
    live,
    variants: [],
    labelled: { pictures: [], uncounted: 0, repeated: 0 },
    comparison: { live: measured, challengers: [], pictures: 60, objects: 240, refused: [] },
    at: new Date('2026-11-26T12:00:00.123Z'),
  });

  test('lies with those of the rollouts', async () => {
    const put = jest.fn(async () => {});
    const key = 'rollouts/count/F/challengers/20261126T120000Z.json';
    expect(await keepInBucket(compared({ putJson: put }))).toBe(`In the bucket: ${key}`);
    expect(put).toHaveBeenCalledWith(key, expect.objectContaining({ endpoint: 'count', risk: 0.01 }));
  });

  test('that cannot be stored is reported, because the comparison is done', async () => {
    const cause = new StoreUnavailableError('PutObject', 'key');
    const words = await keepInBucket(compared({ putJson: () => Promise.reject(cause) }));
    expect(words).toBe(`The record is not in the bucket: ${cause.message}`);
    const other = compared({ putJson: () => Promise.reject(new TypeError('no function')) });
    await expect(keepInBucket(other)).rejects.toThrow('no function');
  });
});
