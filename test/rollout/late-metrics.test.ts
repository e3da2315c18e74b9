/** Rollouts whose metrics come late, by CloudWatch as the emulator has it. */

import { decide } from '../../functions/judge/decide.ts';
import { explain } from '../../functions/judge/explain.ts';
import { type RolloutState, requiredMeasurement, startRollout } from '../../functions/judge/state.ts';
import { canary, type Plan } from '../../functions/plan/plan.ts';
import type { Lateness } from '../../local/cloudwatch/metrics.ts';
import { MeteredEndpoint } from './fixtures/metered-endpoint.ts';
import { stepsOfPlan } from './fixtures/steps.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 22, 12);

/** What happens in each minute of a canary, at its second half. */
type Minute = (endpoint: MeteredEndpoint) => void;

/** A canary with a tick a minute until it ends, at most an hour. */
async function rollOut(lateness: Lateness, plan: Plan, minute: Minute): Promise<RolloutState & { words: string }> {
  const steps = stepsOfPlan(plan);
  const endpoint = new MeteredEndpoint(START, lateness);
  const golden = { passed: true, pictures: 1 } as const;
  let state = decide(steps, startRollout({ live: '1', candidate: '2' }, START), { now: START, golden }).state;
  let words = '';
  for (let at = 0; at < 60 && state.status === 'running'; at++) {
    endpoint.now = START + at * MINUTE + 30_000;
    minute(endpoint);
    endpoint.now = START + (at + 1) * MINUTE;
    const required = requiredMeasurement(steps, state) as { fromMinute: number };
    const now = new Date(endpoint.now);
    const traffic = await endpoint.traffic.minutes(state, required.fromMinute, now);
    const decision = decide(steps, state, { now: endpoint.now, traffic });
    words = explain(decision.verdict);
    state = decision.state;
  }
  return { ...state, words };
}

const gates = { latency: false } as const;

test.each<[string, Lateness]>([
  ['at once', {}],
  ['as on AWS: successes after a minute, timeouts after three and a half', { emf: 60, lambda: 210 }],
])('a candidate that times out in one request in ten is rolled back, with metrics %s', async (_, lateness) => {
  // So busy and so short that the first minutes would be enough for a promotion, if nothing failed in them.
  const plan = [canary({ percent: 50, duration: '1m', gates })];
  const { status, words } = await rollOut(lateness, plan, (endpoint) => {
    endpoint.ended('1', 'predictions', { times: 2000 });
    endpoint.ended('2', 'predictions', { times: 1800 });
    endpoint.crashed('2', { times: 200 });
  });
  expect([status, words]).toEqual(['rolled back', expect.stringMatching(/^\d+ errors in \d+ requests/)]);
});

test('a sound candidate is promoted although its few crashes are known before its successes', async () => {
  const plan = [canary({ percent: 50, duration: '15m', gates: { ...gates, errorRate: { margin: 0.02 } } })];
  const { status } = await rollOut({ emf: 200 }, plan, (endpoint) => {
    for (const version of ['1', '2']) {
      endpoint.crashed(version, { ms: 5000 });
      endpoint.ended(version, 'predictions', { times: 2000 });
    }
  });
  expect(status).toBe('done');
});
