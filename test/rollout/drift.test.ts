/** What a tick reads of the drift monitor. */

import { DRIFT_KEYS, type DriftReport, type ReportedDrift } from '../../functions/drift-contract.ts';
import { startRollout } from '../../functions/judge/state.ts';
import { checkPlan } from '../../functions/plan/check-plan.ts';
import { canary, shadow } from '../../functions/plan/plan.ts';
import { stepsOf } from '../../functions/plan/steps.ts';
import type { Objects } from '../../functions/platform/objects.ts';
import { observedDrift } from '../../functions/rollout/drift.ts';
import type { FunctionVersion } from '../../functions/rollout/function-version.ts';
import { type MeasureContext, measure } from '../../functions/rollout/measure.ts';
import type { Traffic } from '../../functions/rollout/traffic.ts';
import { driftReport } from '../standing/drift-reports.ts';

const state = startRollout({ live: '3', candidate: '4' }, 0);
const of = { endpoint: 'count-cars', functionName: 'cars', state };

/** The observation of a tick, and the keys that it read. */
async function observed(stored: unknown, watchesDrift?: boolean) {
  const reads: string[] = [];
  const findJson = async (key: string) => {
    reads.push(key);
    return stored;
  };
  const observation = await observedDrift(of, {
    objects: { findJson },
    ...(watchesDrift !== undefined && { watchesDrift }),
  });
  return { observation, reads };
}

test('without the setting, nothing is read', async () => {
  expect(await observed(driftReport())).toEqual({ observation: {}, reads: [] });
  expect(await observed(driftReport(), false)).toEqual({ observation: {}, reads: [] });
});

test('the drifts that last, with their times, in the order of the report', async () => {
  const [first] = driftReport().drifts as [ReportedDrift];
  const objects = { ...first.changes[0], feature: 'objects', summary: 'fewer objects by 50 % (4 → 2)' };
  const fewer: ReportedDrift = {
    ...first,
    since: '2026-11-25T08:00:00.000Z',
    found: '2026-11-25T10:00:00.000Z',
    changes: [objects as ReportedDrift['changes'][number]],
  };
  const unclear: ReportedDrift = { ...first, changes: [] };
  const { observation, reads } = await observed(driftReport({ drifts: [first, fewer, unclear] }), true);
  expect(reads).toEqual([DRIFT_KEYS.report('count-cars')]);
  const times = { since: Date.parse('2026-11-24T14:00:00Z'), foundAt: Date.parse('2026-11-24T17:00:00Z') };
  expect(observation.drift?.drifts).toEqual([
    { of: 'pictures', changes: ['darker by 62 % (110 → 42)'], ...times },
    {
      of: 'answers',
      changes: ['fewer objects by 50 % (4 → 2)'],
      since: Date.parse('2026-11-25T08:00:00Z'),
      foundAt: Date.parse('2026-11-25T10:00:00Z'),
    },
    { of: 'pictures', changes: [], ...times },
  ]);
});

test.each<[string, Partial<DriftReport> | undefined]>([
  ['no report', undefined],
  ['a report of another version', { version: '4' }],
  ['a report of another function', { function_name: 'deleted' }],
  ['a drift that is over', { state: 'quiet' }],
  ['a report in another form', { evidence: 'much' as unknown as number }],
])('%s has no drift', async (_, changes) => {
  const { observation } = await observed(changes && driftReport(changes), true);
  expect(observation).toEqual({ drift: { drifts: [] } });
});

describe('a tick measures it', () => {
  const { plan = [] } = checkPlan([shadow(), canary({ percent: 10 })], { kind: 'count', capture: 1, path: 'rollout' });
  const version = { golden: async () => ({ ok: false, failure: 'no memory' }) } as unknown as FunctionVersion;
  const context = {
    objects: {
      findJson: async (key: string) => (key === DRIFT_KEYS.report('count-cars') ? driftReport() : undefined),
      list: async () => [],
      listTagged: async () => [],
      putJson: async () => undefined,
    } as unknown as Objects,
    candidate: version,
    stable: version,
    traffic: {
      minutes: async () => 'incomplete',
      usual: async () => undefined,
      usualTimes: async () => undefined,
      coldStarts: async () => undefined,
    } as unknown as Traffic,
    newest: '4',
    now: new Date('2026-11-24T18:00:00Z'),
    executionName: 'v4-abc',
    watchesDrift: true,
  };
  const inStep = (step: number, routing: MeasureContext['live']['routing'], newest = '4') => {
    const execution = { ...of, state: { ...state, step, moves: step }, plan, ticks: 0 };
    return measure(execution, stepsOf(plan), { ...context, newest, live: { revision: 'r', routing } });
  };

  test.each([
    ['golden gate', 0, { version: '3' }],
    ['shadow', 1, { version: '3' }],
    ['canary', 2, { version: '3', candidate: { version: '4', percent: 10 } }],
  ])('in the %s', async (_, step, routing) => {
    const { observations } = await inStep(step, routing);
    expect(observations.drift?.drifts).toMatchObject([{ changes: ['darker by 62 % (110 → 42)'] }]);
  });

  test('but not where the rollout is about to end', async () => {
    expect((await inStep(1, { version: '3' }, '5')).observations).toEqual({ newerVersion: '5' });
  });
});
