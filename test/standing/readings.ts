/** Readings and records for tests: of version 4 against version 3 at 10 %. */

import { startRollout } from '../../functions/judge/state.ts';
import { checkPlan } from '../../functions/plan/check-plan.ts';
import { canary, shadow } from '../../functions/plan/plan.ts';
import type { AliasState } from '../../functions/platform/alias.ts';
import type { TickRecord } from '../../functions/records/tick-record.ts';
import type { RolloutExecution } from '../../functions/standing/executions.ts';
import type { Reading } from '../../functions/standing/standing.ts';

const { plan = [] } = checkPlan([shadow(), canary({ percent: 10 })], { kind: 'count', capture: 1, path: 'rollout' });

export const execution: RolloutExecution = {
  name: 'v4-abc',
  version: '4',
  stable: '3',
  status: 'RUNNING',
  input: {
    endpoint: 'count-cars',
    functionName: 'cars',
    plan,
    state: startRollout({ live: '3', candidate: '4' }, Date.UTC(2026, 10, 22, 12)),
    ticks: 0,
  },
};

export const record: TickRecord = {
  at: '2026-11-22T12:20:00.000Z',
  endpoint: 'count-cars',
  version: '4',
  stable_version: '3',
  tick: 12,
  execution: 'v4-abc',
  status: 'running',
  step: { kind: 'weight', percent: 10, words: 'canary at 10 %' },
  step_since: '2026-11-22T12:05:00.000Z',
  outcome: 'hold',
  words: '7 of at least 100 requests',
  traffic: 'version 3: 90 %, version 4: 10 %',
  needs_a_person: false,
  findings: [{ kind: 'enough', outcome: 'hold', of: 'requests', have: 7, need: 100 }],
  steps: [
    { kind: 'golden', words: 'golden gate' },
    { kind: 'shadow', baseline: 'live', words: 'shadow of live' },
    { kind: 'weight', percent: 10, words: 'canary at 10 %' },
    { kind: 'full', words: 'all traffic' },
    { kind: 'done', words: 'done' },
  ],
  step_number: 2,
};

export const live: AliasState = {
  routing: { version: '3', candidate: { version: '4', percent: 10 } },
  revision: 'r1',
  note: { previous: '2', rollout: '4', move: 1, by: 'rollout', at: '2026-11-22T12:05:00.000Z' },
};

export const reading: Reading = {
  endpoint: 'count-cars',
  live,
  newest: '4',
  execution,
  record,
  models: { '3': 'counter-nano 1.0.0', '4': 'counter-nano 1.1.0' },
};
