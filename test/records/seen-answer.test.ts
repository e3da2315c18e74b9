import type { StoredResult } from '../../functions/api/schemas.ts';
import { countedAnswersOf, seenAnswerOf } from '../../functions/records/seen-answer.ts';

const object = { label: 'car', confidence: 0.9, box: { x: 1, y: 1, width: 9, height: 9 } };

function result(changes: object = {}): StoredResult {
  return {
    id: 'a',
    endpoint: 'count-cars',
    status: 'done',
    created_at: '2026-11-27T10:00:00.000Z',
    source: { kind: 'http' },
    count: 1,
    counts: { car: 1 },
    detections: [object],
    image: { width: 640, height: 480 },
    model: { name: 'counter-nano', version: '1.0.0', sha256: 'abcdef0123456789' },
    release: { function_version: '4', alias: 'live' },
    timing_ms: {},
    request: {},
    annotated: { key: 'annotated/a.jpg', width: 1, height: 1 },
    captured: true,
    ...changes,
  } as StoredResult;
}

const decided = (count: number, changes: object = {}) => {
  return { decision: { count, decided_at: '2026-11-27T10:01:00.000Z', ...changes }, preferences: [] };
};
const other = (count: number, by: string) => ({ count, by, decided_at: '2026-11-27T10:01:00.000Z' });

test('an answer has its confidences, and its model with the beginning of the hash', () => {
  expect(seenAnswerOf(result())).toEqual({
    time: Date.parse('2026-11-27T10:00:00Z'),
    model: 'counter-nano 1.0.0 (abcdef01)',
    confidences: [0.9],
  });
});

test.each([
  [{ status: 'human' }],
  [{ status: 'rejected' }],
  [{ request: { confidence: 0.2 } }],
  [{ request: { iou: 0.2 } }],
])('a result with %j has none', (changes) => {
  expect(seenAnswerOf(result(changes))).toBeUndefined();
});

describe('the truth of a picture', () => {
  const truth = (decisions: ReturnType<typeof decided> & { version?: string }, changes: object = {}) =>
    countedAnswersOf([{ result: result(changes), decisions }]).map((answer) => answer.truth);

  test('is what people counted: the median where they agree, none where they do not', () => {
    expect(truth(decided(3))).toEqual([3]);
    expect(truth(decided(3, { others: [other(4, 'Ada'), other(9, 'Ben')] }))).toEqual([4]);
    expect(truth(decided(3, { others: [other(9, 'Ada')] }))).toEqual([]);
  });

  test('is none without a count', () => {
    expect(countedAnswersOf([{ result: result(), decisions: { preferences: [] } }])).toEqual([]);
  });

  test('of an upload is that of the version that was answered', () => {
    const source = { kind: 'upload', key: 'uploads/count-cars/a.jpg', version: 'v1', bytes: 1 };
    expect(truth({ ...decided(3), version: 'v1' }, { source })).toEqual([3]);
    expect(truth({ ...decided(3), version: 'v2' }, { source })).toEqual([]);
  });
});

test('pictures of one scene share a weight', () => {
  const at = (minute: number, changes: object = {}) =>
    result({ created_at: `2026-11-27T10:0${minute}:00.000Z`, owner: 'gate 7', ...changes });
  const results = [at(0), at(1), at(2, { owner: 'gate 8' })];
  const answers = countedAnswersOf(results.map((each) => ({ result: each, decisions: decided(1) })));
  expect(answers.map(({ weight }) => weight)).toEqual([0.5, 0.5, 1]);
});
