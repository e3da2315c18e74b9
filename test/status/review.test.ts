/** `GET /{endpoint}/review`: which pictures a person gets, and how the counts of people compare. */

import { problemFor } from '../../functions/api/problems.ts';
import { reviewAnswerSchema } from '../../functions/api/review-schemas.ts';
import { KEYS } from '../../functions/contract.ts';
import { withDecision, withPreference } from '../../functions/detect/stored-decisions.ts';
import { REVIEW_KEYS } from '../../functions/review-contract.ts';
import { reviewAnswer } from '../../functions/status/review.ts';
import { reviewState, skipName } from '../../functions/status/review-queue.ts';
import { fakeClients } from '../standing/fake-clients.ts';

const NOW = new Date('2026-11-27T12:00:00Z');
const at = NOW.toISOString();
const IDS = Array.from({ length: 20 }, (_, index) => `019f2a6b-7c1e-7d3a-9a51-${String(index).padStart(12, '0')}`);
const [first, second, third] = IDS as [string, string, string];
const car = (x: number) => ({ label: 'car', confidence: 0.9, box: { x, y: 10, width: 20, height: 20 } });

/** A review of so many pictures, each with two cars. */
function reviewOf(count: number) {
  const { objects, stored } = fakeClients('SUCCEEDED');
  const pictures = IDS.slice(0, count);
  stored.set(REVIEW_KEYS.list('count-cars'), { endpoint: 'count-cars', listed_at: at, pictures });
  for (const id of pictures) {
    stored.set(KEYS.input('count-cars', id), 'bytes');
    stored.set(KEYS.result('count-cars', id), {
      ...{ id, endpoint: 'count-cars', created_at: at, source: { kind: 'http' }, status: 'done', request: {} },
      release: { function_version: '3', alias: 'live' },
      image: { width: 640, height: 480 },
      ...{ count: 2, counts: { car: 2 }, detections: [car(50), car(10)], timing_ms: {}, captured: true },
      model: { name: 'counter-nano', version: '1.0.0', sha256: 'abc' },
      annotated: { key: 'annotated/a.jpg', width: 1, height: 1 },
    });
  }
  const decide = (id: string, by: string, count: number) => {
    const { decision } = withDecision({ count, by, decided_at: at }, of(id));
    stored.set(KEYS.decision('count-cars', id), { ...decision, preferences: of(id).preferences });
  };
  const skip = (id: string, by: string) => {
    const latest = { preference: 'cannot tell', pair: skipName('count-cars', id), by, decided_at: at } as const;
    const { decision, preferences } = withPreference(latest, undefined, of(id));
    stored.set(KEYS.decision('count-cars', id), { ...decision, preferences });
  };
  const of = (id: string) => {
    const json = (stored.get(KEYS.decision('count-cars', id)) ?? {}) as { preferences?: []; count?: number };
    const { preferences = [], ...decision } = json;
    return { preferences, ...(decision.count !== undefined && { decision: decision as never }) };
  };
  const read = (by?: string) => reviewAnswer({ endpoint: 'count-cars', objects, now: NOW }, by);
  return { stored, decide, skip, read };
}

const idsOf = (pictures: readonly { id: string }[]) => pictures.map(({ id }) => id);

test('without chosen pictures it is a problem that says what to do', async () => {
  const { stored, read } = reviewOf(1);
  stored.delete(REVIEW_KEYS.list('count-cars'));
  const problem = problemFor(await read().catch((error: unknown) => error), 'id');
  expect(problem).toMatchObject({
    status: 404,
    title: 'No pictures were chosen for a review',
    detail: 'Expected chosen pictures (npm run labels -- review count-cars) for review, received none',
  });
});

test('a person gets pictures with boxes in order of place and without confidences', async () => {
  const { read } = reviewOf(1);
  const answer = await read('Ada');
  expect(reviewAnswerSchema.parse(answer)).toEqual(answer);
  const numbers = { pictures: 1, reviewed: 0, compared: 0, same: 0, open: 1 };
  expect(answer).toMatchObject({ endpoint: 'count-cars', listed_at: at, ...numbers, differing: [] });
  const box = (x: number) => ({ label: 'car', box: { x, y: 10, width: 20, height: 20 } });
  expect(answer.next).toEqual([
    {
      id: first,
      skip: skipName('count-cars', first),
      picture: { url: expect.stringContaining(first), width: 640, height: 480 },
      boxes: [box(10), box(50)],
    },
  ]);
});

test('an answer has 12 pictures at most, in another order for each person, the same each time', async () => {
  const { read } = reviewOf(20);
  const [ada, again, bo] = [await read('Ada'), await read('Ada'), await read('Bo')];
  expect([ada.next.length, ada.open]).toEqual([12, 20]);
  expect(idsOf(again.next)).toEqual(idsOf(ada.next));
  expect(idsOf(bo.next)).not.toEqual(idsOf(ada.next));
});

test('each picture is for two people: those that one has counted come first for the other one', async () => {
  const { decide, read } = reviewOf(3);
  decide(third, 'Ada', 2);
  expect(idsOf((await read('Bo')).next)[0]).toBe(third);
  expect(idsOf((await read('Ada')).next)).not.toContain(third);
  decide(third, 'Bo', 2);
  const { next, ...numbers } = await read('Cy');
  expect(idsOf(next)).not.toContain(third);
  expect(numbers).toMatchObject({ reviewed: 1, compared: 1, same: 1, open: 2, differing: [] });
});

test('counts that differ are listed with the names of both people, until they agree', async () => {
  const { decide, read } = reviewOf(3);
  decide(first, 'Ada', 2);
  decide(first, 'Bo', 3);
  decide(second, 'Ada', 2);
  decide(second, 'Bo', 2);
  const { compared, same, differing } = await read('Ada');
  expect([compared, same, idsOf(differing)]).toEqual([2, 1, [first]]);
  expect(differing[0]?.counts).toEqual([
    { by: 'Bo', count: 3 },
    { by: 'Ada', count: 2 },
  ]);
  decide(first, 'Ada', 3);
  expect(await read('Ada')).toMatchObject({ compared: 2, same: 2, differing: [] });
});

test('a skipped picture is left to others, on every device of the person, until that person counts it', async () => {
  const { decide, skip, read } = reviewOf(1);
  skip(first, 'Ada');
  expect(await read('Ada')).toMatchObject({ open: 0, reviewed: 0, next: [] });
  expect((await read('Bo')).open).toBe(1);
  decide(first, 'Ada', 2);
  expect(await read('Bo')).toMatchObject({ open: 1, reviewed: 1 });
  skip(first, 'Ada');
  expect(await read('Bo')).toMatchObject({ open: 1, reviewed: 0 });
});

test('a count that came with the picture is nobody’s', () => {
  const decision = { count: 2, decided_at: at };
  const { queue, reviewed } = reviewState('count-cars', 'Ada', new Map([[first, { decision, preferences: [] }]]));
  expect([queue, reviewed]).toEqual([[first], 0]);
});

test('erased pictures are left out, and those without their bytes are not shown', async () => {
  const { stored, read } = reviewOf(3);
  stored.delete(KEYS.result('count-cars', first));
  stored.delete(KEYS.input('count-cars', second));
  const { pictures, next } = await read('Ada');
  expect([pictures, idsOf(next)]).toEqual([2, [third]]);
});
