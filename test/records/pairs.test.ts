import { decisionsOn, pairOf, peopleOn } from '../../functions/records/pairs.ts';

const FOLDER = 'rollouts/cars/detect/v2-abc/';
const IDS = Array.from({ length: 400 }, (_, index) => `id-${index}`);
const at = '2026-11-22T12:00:00.000Z';

describe('a pair', () => {
  test('stays the same for a rollout and a picture, and is another one in another rollout', () => {
    expect(pairOf(FOLDER, 'a')).toEqual(pairOf(FOLDER, 'a'));
    expect(pairOf(FOLDER, 'a').name).toMatch(/^[0-9a-f]{16}$/);
    expect(pairOf(`${FOLDER}2/`, 'a').name).not.toBe(pairOf(FOLDER, 'a').name);
  });

  test('has live first in about half of the pictures', () => {
    const live = IDS.filter((id) => pairOf(FOLDER, id).first === 'live').length;
    expect(live).toBeGreaterThan(160);
    expect(live).toBeLessThan(240);
  });

  test('has a name that does not say which version is first', () => {
    const pairs = IDS.map((id) => pairOf(FOLDER, id));
    const ofDigit = (digit: number) => pairs.filter(({ name }) => (Number.parseInt(name.slice(-1), 16) & 1) === digit);
    const shares = [0, 1].map((digit) => {
      const some = ofDigit(digit);
      return some.filter(({ first }) => first === 'live').length / some.length;
    });
    for (const share of shares) expect(Math.abs(share - 0.5)).toBeLessThan(0.12);
  });
});

test('decisions are counts, and preferences on this pair as versions; names without repetition', () => {
  const pair = pairOf(FOLDER, 'a');
  const preference = (side: 'first' | 'second' | 'both', by: string, name = pair.name) => ({
    ...{ preference: side, pair: name, by, decided_at: at },
  });
  const decisions = {
    decision: { count: 3, decided_at: at, others: [{ count: 4, by: 'Bob', decided_at: at }] },
    preferences: [preference('first', 'Ada'), preference('second', 'Cy'), preference('both', 'Di', 'f'.repeat(16))],
  };
  const second = pair.first === 'live' ? 'candidate' : 'live';
  expect(decisionsOn(decisions, pair)).toEqual([3, 4, pair.first, second]);
  expect([...peopleOn(decisions, pair)]).toEqual(['Bob', 'Ada', 'Cy']);
});
