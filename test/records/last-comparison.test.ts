import { endpointTable } from '../../cli/rollout/status-table.ts';
import { KEYS } from '../../functions/contract.ts';
import { readLastComparison } from '../../functions/records/last-comparison.ts';

const OF = { endpoint: 'count', functionName: 'F' };

/** A bucket with these objects. */
function bucketWith(stored: Readonly<Record<string, unknown>>) {
  return {
    list: async (prefix: string) =>
      Object.keys(stored)
        .filter((key) => key.startsWith(prefix))
        .toSorted(),
    findJson: async (key: string) => stored[key],
  };
}

const comparison = (at: string, words: string) => ({ at, words, risk: 0.01 });

test('the last comparison is found among the records of rollouts, and shown with the status', async () => {
  const objects = bucketWith({
    [KEYS.status(OF)]: {},
    [KEYS.challengers(OF, '20261126T120000Z')]: comparison('2026-11-26T12:00:00.000Z', 'large is the best.'),
    [KEYS.challengers(OF, '20261101T120000Z')]: comparison('2026-11-01T12:00:00.000Z', 'Nobody wins.'),
    [KEYS.challengers({ ...OF, functionName: 'G' }, '20261127T120000Z')]: comparison('x', 'of a deleted function'),
  });
  const last = await readLastComparison(objects, OF);
  expect(last).toMatchObject({ at: '2026-11-26T12:00:00.000Z', words: 'large is the best.' });
  const standing = { endpoint: 'count', phase: 'none', routing: { version: '1' }, newest_version: '1' } as const;
  const look = { paint: (_: string, text: string) => text, width: 100 };
  const table = endpointTable({ ...standing, traffic: 'version 1: 100 %', models: {} }, look, { comparison: last });
  expect(table).toMatch(/challengers +│ 2026-11-26 12:00:00 UTC +│\n│ +│ large is the best\. /);
});

test('without a comparison, or with one that cannot be read, there is none', async () => {
  expect(await readLastComparison(bucketWith({}), OF)).toBeUndefined();
  for (const at of [5, 'yesterday', '2026-13-01T12:00:00.000Z']) {
    const unreadable = bucketWith({ [KEYS.challengers(OF, '20261126T120000Z')]: { at, words: 'Nobody wins.' } });
    expect(await readLastComparison(unreadable, OF)).toBeUndefined();
  }
});
