import { KEYS } from '../functions/contract.ts';

test('audit records are listed in the order of ticks, an operator’s rollback after the tick that it follows', () => {
  const folder = KEYS.rollout({ endpoint: 'cars', functionName: 'shop-cars-A' }, 'v4-abc');
  const keys = [
    KEYS.audit(folder, 7),
    KEYS.rollbackAudit(folder, 7, '20261122T120500Z'),
    KEYS.audit(folder, 8),
    KEYS.audit(folder, 12),
    KEYS.audit(folder, 100_000),
  ];
  expect(keys.toSorted()).toEqual(keys);
  expect(keys.slice(0, 2)).toEqual([
    'rollouts/cars/shop-cars-A/v4-abc/audit/000007.json',
    'rollouts/cars/shop-cars-A/v4-abc/audit/000007.rollback-20261122T120500Z.json',
  ]);
  for (const key of keys) expect(key.startsWith(KEYS.audits(folder))).toBe(true);
});

test('keys of rollouts are under the endpoint, as permissions expect, then under its function', () => {
  const of = { endpoint: 'cars', functionName: 'shop-cars-A' };
  const keys = [KEYS.control(of), KEYS.status(of), KEYS.rolloutsOfVersion(of, '4'), KEYS.rollout(of, 'v4-abc')];
  for (const key of keys) expect(key.startsWith(`${KEYS.rollouts('cars')}shop-cars-A/`)).toBe(true);
  expect(KEYS.rollout(of, 'v4-abc').startsWith(KEYS.rolloutsOfVersion(of, '4'))).toBe(true);
  expect(KEYS.rollout(of, 'v40-abc').startsWith(KEYS.rolloutsOfVersion(of, '4'))).toBe(false);
});
