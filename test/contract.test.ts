import { KEYS } from '../functions/contract.ts';

test('audit records are listed in the order of ticks, an operator’s rollback after the tick that it follows', () => {
  const keys = [
    KEYS.audit('cars', '4', 7),
    KEYS.rollbackAudit('cars', '4', 7, '20261122T120500Z'),
    KEYS.audit('cars', '4', 8),
    KEYS.audit('cars', '4', 12),
    KEYS.audit('cars', '4', 100_000),
  ];
  expect(keys.toSorted()).toEqual(keys);
  expect(keys.slice(0, 2)).toEqual([
    'rollouts/cars/v4/audit/000007.json',
    'rollouts/cars/v4/audit/000007.rollback-20261122T120500Z.json',
  ]);
  for (const key of keys) expect(key.startsWith(KEYS.audits('cars', '4'))).toBe(true);
});
