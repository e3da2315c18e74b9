import { readFileSync } from 'node:fs';
import { fewestPossible, proofPage, requestsToPromote, requestsToRollBack } from '../../bench/simulation/proofs.ts';

const DAY = 1440;

test('a proof takes at most 570 requests without errors, and 2,400 where both fail in 1 % as in the day before', () => {
  expect(requestsToPromote(0, 0.1, 0)).toBeLessThanOrEqual(570);
  expect(requestsToPromote(0.01, 0.1, DAY)).toBeLessThanOrEqual(2400);
});

test('no proof is faster than the ideal one', () => {
  expect(fewestPossible(0, 0.1)).toBe(459);
  for (const rate of [0, 0.001, 0.01]) {
    for (const day of [0, DAY, 1e6]) {
      expect(requestsToPromote(rate, 0.1, day)).toBeGreaterThan(fewestPossible(rate, 0.1));
    }
  }
});

test('a larger rise is found by fewer requests', () => {
  expect(requestsToRollBack(0.01, 0.02, 0.1, DAY)).toBeLessThan(1300);
  expect(requestsToRollBack(0.01, 0.2, 0.1, DAY)).toBeLessThan(40);
});

test('docs/proofs.md is what the command makes', () => {
  const page = readFileSync(new URL('../../docs/proofs.md', import.meta.url), 'utf8');
  expect(page).toBe(proofPage('npm run simulate -- --table --markdown'));
});
