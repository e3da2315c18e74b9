import { KEYS } from '../../functions/contract.ts';
import { readControl } from '../../functions/records/control.ts';

describe('an operator’s order', () => {
  const OWNER = { endpoint: 'count-cars', functionName: 'cars' };
  const order = { id: 'a', version: '4', execution: 'v4-abc', kind: 'hold', by: 'Ann', at: '2026-11-22T12:00:00.000Z' };
  const { execution: _, ...older } = order;

  test.each([
    ['this rollout', order, { version: '4', execution: 'v4-abc' }, true],
    ['a rollout that has continued', order, { version: '4', execution: 'v4-abc.2' }, true],
    ['another rollout of the same version', order, { version: '4', execution: 'v4-def' }, false],
    ['another version', order, { version: '5', execution: 'v5-abc' }, false],
    ['a rollout of the version, of an earlier release', older, { version: '4', execution: 'v4-def' }, true],
  ])('of %s is read only where it is meant', async (_name, stored, rollout, isRead) => {
    const objects = { findJson: async (key: string) => (key === KEYS.control(OWNER) ? stored : undefined) };
    expect((await readControl(objects, OWNER, rollout)) !== undefined).toBe(isRead);
    const former = { ...OWNER, functionName: 'another' };
    expect(await readControl(objects, former, rollout)).toBeUndefined();
  });
});
