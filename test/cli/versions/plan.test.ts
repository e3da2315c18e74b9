/** Pruning never deletes a version that something needs, and everything else but the newest. */

import fc from 'fast-check';
import { planPrune, type VersionUse } from '../../../cli/versions/plan.ts';
import { reasonInWords } from '../../../cli/versions/words.ts';

const wordsOf = (use: VersionUse, keep: number) =>
  Object.fromEntries(planPrune(use, keep).map(({ version, reasons }) => [version, reasons.map(reasonInWords)]));

const all = (version: string) => [{ version, percent: 100 }];

test('each kept version has its reasons, newest first; the others have none', () => {
  const use: VersionUse = {
    published: ['1', '2', '3', '5', '7', '8', '9', '10', '11', '12'],
    aliases: [
      { name: 'candidate', versions: all('12') },
      {
        name: 'live',
        versions: [
          { version: '9', percent: 90 },
          { version: '12', percent: 10 },
        ],
      },
      { name: 'own', versions: all('3') },
    ],
    live: '9',
    note: { previous: '7', rollout: '12' },
    rollout: { candidate: '12', stable: '9', isRunning: true },
  };
  expect(planPrune(use, 2).map(({ version }) => version)).toEqual(use.published.toReversed());
  expect(wordsOf(use, 2)).toEqual({
    12: [
      'the alias candidate names it',
      'receives 10 % of live traffic',
      'its rollout moved live last',
      'the candidate of the running rollout',
      'among the newest 2',
    ],
    11: ['among the newest 2'],
    10: [],
    9: ['receives 90 % of live traffic', 'the stable version of the running rollout'],
    8: ['the version before the live one'],
    7: ['a rollback goes to it'],
    5: [],
    3: ['the alias own names it'],
    2: [],
    1: ['the template names it'],
  });
});

test('the last rollout keeps its versions after its end, because status shows them', () => {
  const use: VersionUse = {
    published: ['1', '2', '3', '4', '5'],
    aliases: [{ name: 'live', versions: all('5') }],
    live: '5',
    rollout: { candidate: '3', stable: '2', isRunning: false },
  };
  expect(wordsOf(use, 1)).toMatchObject({
    3: ['the candidate of the last rollout'],
    2: ['the stable version of the last rollout'],
    5: ['receives 100 % of live traffic', 'the newest'],
  });
});

test('a batch job that runs or can be resumed keeps its version', () => {
  const use: VersionUse = {
    published: ['1', '2', '3', '4', '5', '6'],
    aliases: [{ name: 'live', versions: all('6') }],
    live: '6',
    jobs: [
      { name: 'monday-v2', version: '2', isRunning: true },
      { name: 'tuesday-v3', version: '3', isRunning: false },
      { name: 'sunday-v2', version: '2', isRunning: false },
    ],
  };
  expect(wordsOf(use, 0)).toMatchObject({
    2: ['the batch job monday-v2 runs', 'the batch job sunday-v2 can be resumed'],
    3: ['the batch job tuesday-v3 can be resumed'],
    4: [],
  });
});

const number = fc.integer({ min: 1, max: 30 }).map(String);
const uses: fc.Arbitrary<VersionUse> = fc
  .record({
    published: fc.uniqueArray(number, { minLength: 1 }),
    aliases: fc.array(
      fc.record({ name: fc.string(), versions: fc.array(fc.record({ version: number, percent: fc.nat(100) })) }),
    ),
    live: number,
    note: fc.option(fc.record({ previous: number, rollout: number }, { requiredKeys: [] }), { nil: undefined }),
    rollout: fc.option(fc.record({ candidate: number, stable: number, isRunning: fc.boolean() }), { nil: undefined }),
    jobs: fc.array(fc.record({ name: fc.string(), version: number, isRunning: fc.boolean() })),
  })
  .map(({ note, rollout, ...use }) => ({ ...use, ...(note && { note }), ...(rollout && { rollout }) }));
const keeps = fc.nat(12);

const kept = (use: VersionUse, keep: number) =>
  planPrune(use, keep).flatMap(({ version, reasons }) => (reasons.length > 0 ? [version] : []));

/** What the description of the command promises, in other words than the code. */
function needed({ published, aliases, live, note, rollout, jobs = [] }: VersionUse): Set<string> {
  const numbers = published.map(Number);
  const before = Math.max(0, ...numbers.filter((each) => each < Number(live)));
  const named = [
    ...aliases.flatMap(({ versions }) => versions.map(({ version }) => version)),
    ...[note?.previous, note?.rollout, rollout?.candidate, rollout?.stable].filter((each) => each !== undefined),
    ...jobs.map(({ version }) => version),
    String(before),
    '1',
  ];
  return new Set(named.filter((version) => published.includes(version)));
}

describe('for every use', () => {
  test('exactly the needed versions and the newest are kept', () => {
    fc.assert(
      fc.property(uses, keeps, (use, keep) => {
        const newest = use.published.toSorted((a, b) => Number(b) - Number(a)).slice(0, keep);
        expect(new Set(kept(use, keep))).toEqual(new Set([...needed(use), ...newest]));
      }),
    );
  });

  test('after a pruning nothing is left to prune', () => {
    fc.assert(
      fc.property(uses, keeps, (use, keep) => {
        const published = kept(use, keep);
        expect(kept({ ...use, published }, keep)).toEqual(published);
      }),
    );
  });

  test('a larger number keeps more', () => {
    fc.assert(
      fc.property(uses, keeps, (use, keep) => {
        expect(kept(use, keep + 1)).toEqual(expect.arrayContaining(kept(use, keep)));
      }),
    );
  });
});
