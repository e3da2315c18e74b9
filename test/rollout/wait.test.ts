import fc from 'fast-check';
import { type RolloutState, type Status, startRollout } from '../../functions/judge/state.ts';
import type { Step } from '../../functions/plan/steps.ts';
import { type Execution, LONGEST_WAIT_SECONDS } from '../../functions/records/execution.ts';
import { quietTicks, waitSeconds } from '../../functions/rollout/wait.ts';

const START = startRollout({ live: '1', candidate: '2' }, 0);
const STEPS = [{ kind: 'golden' }, { kind: 'shadow' }, { kind: 'weight' }] as unknown as Step[];

function execution(state: Partial<RolloutState>, more: Partial<Execution> = {}): Execution {
  return { endpoint: 'cars', functionName: 'detect', plan: [], ticks: 0, state: { ...START, ...state }, ...more };
}

/** The waits of a rollout whose ticks each lead to the next of these executions. */
function waits(executions: readonly Execution[]): number[] {
  const seconds: number[] = [];
  let before = executions[0] as Execution;
  for (const after of executions.slice(1)) {
    const next = { ...after, quietTicks: quietTicks(before, after) };
    seconds.push(waitSeconds(before, next, STEPS));
    before = next;
  }
  return seconds;
}

const repeated = (one: Execution, times: number) => Array.from({ length: times }, () => one);

test.each<Status>(['held', 'alarmed'])('%s without requests: each wait is a minute longer, up to ten', (status) => {
  const minutes = waits(repeated(execution({ status, step: 2 }), 14)).map((seconds) => seconds / 60);
  expect(minutes).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10]);
});

test('a rollout that runs has a tick each minute, with requests or without', () => {
  expect(waits(repeated(execution({ step: 2 }), 30))).toEqual(Array(29).fill(60));
});

test.each<[string, Execution]>([
  ['a request', execution({ status: 'alarmed', step: 2, closedRequests: 2 })],
  ['an order', execution({ status: 'alarmed', step: 2, control: 'order' })],
  ['a hold', execution({ status: 'held', step: 2 })],
  ['a compared picture', execution({ status: 'alarmed', step: 2 }, { shadow: { step: 2, tick: 9, pictures: 9 } })],
])('%s makes the next waits short again', (_, news) => {
  const quiet = execution({ status: 'alarmed', step: 2 });
  expect(waits([...repeated(quiet, 6), news, news, news])).toEqual([60, 120, 180, 240, 300, 60, 60, 120]);
});

test('while each tick finds requests of a canary that waits, there is a tick each minute', () => {
  const busy = Array.from({ length: 20 }, (_, tick) => execution({ status: 'alarmed', step: 2, closedRequests: tick }));
  expect(waits(busy)).toEqual(Array(19).fill(60));
});

test('a shadow that has pictures left and the golden gate have a tick every five seconds', () => {
  const shadows = (of: (tick: number) => object) =>
    Array.from({ length: 4 }, (_, tick) => execution({ step: 1 }, { shadow: { step: 1, tick, ...of(tick) } }));
  expect(waits(shadows((pictures) => ({ pictures })))).toEqual([5, 5, 5]);
  expect(waits(shadows((tick) => ({ pictures: 7, queued: 900 - 300 * tick })))).toEqual([5, 5, 60]);
  expect(waits(shadows(() => ({ pictures: 7, queued: 0 })))).toEqual([60, 60, 60]);
  expect(waits(repeated(execution({ step: 0 }), 3))).toEqual([5, 5]);
  expect(waits(repeated(execution({ step: 1 }), 3))).toEqual([60, 60]);
});

test('no wait is longer than ten minutes', () => {
  const statuses = fc.constantFrom<Status>('running', 'held', 'alarmed');
  const any = fc.record({ status: statuses, step: fc.nat(2) }).map((state) => execution(state));
  fc.assert(
    fc.property(fc.array(any, { minLength: 2, maxLength: 40 }), (executions) => {
      for (const seconds of waits(executions)) {
        expect(seconds).toBeGreaterThanOrEqual(5);
        expect(seconds).toBeLessThanOrEqual(LONGEST_WAIT_SECONDS);
      }
    }),
  );
});
