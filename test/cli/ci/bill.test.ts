import { compareCosts, type Templates } from '../../../cli/ci/check/bill.ts';
import type { Template } from '../../../cli/costs/facts.ts';
import { ENV } from '../../../functions/contract.ts';

const endpoint = (name: string, MemorySize: number) => ({
  Resources: {
    DetectorFunction1: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        MemorySize,
        Environment: { Variables: { [ENV.endpoint]: JSON.stringify({ name, capture: 1 }) } },
      },
    },
    RolloutFunction1: { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 512 } },
    RolloutStart1: { Type: 'Custom::Rollout', Properties: {} },
    Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: {} },
  },
});
const platform = { Resources: { Dashboard: { Type: 'AWS::CloudWatch::Dashboard', Properties: {} } } };

/** Stacks by endpoint and its memory. */
function templates(memory: Readonly<Record<string, number>>): Templates {
  const stacks = Object.entries(memory).map(([name, mb]): [string, Template] => [name, endpoint(name, mb)]);
  return new Map([['Platform', platform], ...stacks]);
}

const compare = (before: Templates, after: Templates, slowerMs: readonly (readonly [string, number])[] = []) =>
  compareCosts(before, after, { arch: 'arm64', resultDays: 90, slowerMs: new Map(slowerMs) }).details;

test('endpoints with the same costs share a line', () => {
  const same = templates({ cars: 1769, apples: 1769 });
  expect(compare(same, same)).toEqual([
    '1,000,000 pictures of each endpoint by HTTP:',
    'cars, apples: $25.75, unchanged (0.1 s each)',
    'without requests: $3.20, unchanged',
  ]);
});

test('more memory, a slower model, a new endpoint, a removed one', () => {
  const [before, after] = [
    templates({ cars: 1769, apples: 1769, gone: 1769 }),
    templates({ cars: 3538, apples: 1769, added: 1769 }),
  ];
  expect(compare(before, after, [['apples', 50]])).toEqual([
    '1,000,000 pictures of each endpoint by HTTP:',
    'cars: $25.75 → $28.06, +$2.30 (0.1 s each)',
    'apples: $25.75 → $26.91, +$1.15 (0.1 → 0.150 s each)',
    'added: new, $25.75 (0.1 s each)',
    'gone: $25.75 → removed (0.1 s each)',
    'without requests: $3.30, unchanged',
  ]);
});

test('tables that a change adds', () => {
  const before = templates({ cars: 1769 });
  const compaction = { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 1024 } };
  const after = new Map([
    ...before,
    ['Platform', { Resources: { ...platform.Resources, TablesFunction1: compaction } }],
  ]);
  expect(compare(before, after as never).at(-1)).toMatch(/^tables of all these pictures: new, \$\d+\.\d\d$/);
});

test('a faster model costs less, but never nothing', () => {
  const same = templates({ cars: 1769 });
  expect(compare(same, same, [['cars', -40]])[1]).toBe('cars: $25.75 → $24.83, −$0.92 (0.1 → 0.060 s each)');
  expect(compare(same, same, [['cars', -500]])[1]).toContain('(0.1 → 0.010 s each)');
});
