import { type Decision, decide } from '../judge/decide.ts';
import { explain } from '../judge/explain.ts';
import { describeRouting } from '../judge/routing.ts';
import { ROLLOUT_ERRORS, restoreState } from '../judge/state.ts';
import { waitOfTick } from '../judge/wait-of-tick.ts';
import { stepsOf } from '../plan/steps.ts';
import type { Alias } from '../platform/alias.ts';
import type { Clock } from '../platform/clock.ts';
import type { Objects } from '../platform/objects.ts';
import { readControl } from '../records/control.ts';
import type { Execution, TickAnswer } from '../records/execution.ts';
import { type TickRecord, writeRecords } from '../records/tick-record.ts';
import { act, withdraw } from './act.ts';
import type { DriftContext } from './drift.ts';
import type { FunctionVersion } from './function-version.ts';
import { measure } from './measure.ts';
import type { Traffic } from './traffic.ts';
import { quietTicks, waitSeconds } from './wait.ts';

/** A tick's dependencies. */
export interface TickContext extends Pick<DriftContext, 'watchesDrift'> {
  readonly objects: Objects;
  readonly alias: Alias;
  readonly newest: Alias;
  readonly candidate: FunctionVersion;
  readonly stable: FunctionVersion;
  readonly traffic: Traffic;
  readonly clock: Clock;
  /** Name of the execution, for the records. */
  readonly executionName: string;
  /** Called with the tick's record. */
  readonly onRecord: (record: TickRecord) => void;
}

/** Step Functions keeps 32,768 characters of a cause. */
const MOST_CAUSE = 30_000;

/**
 * One tick of a rollout: measure → judge → act → record. Killed at any point and repeated with the same input, it has
 * the same result: it measures again, applies the state's routing to the alias, and overwrites the record of its
 * number.
 * @throws AliasMovedError when the alias is moved at the same moment; the repeated tick observes the move
 */
export async function tick(given: Execution, context: TickContext): Promise<TickAnswer> {
  const { objects, alias, clock } = context;
  const execution = { ...given, state: restoreState(given.state) };
  const steps = stepsOf(execution.plan);
  const [live, newest] = await Promise.all([alias.read(), context.newest.read()]);
  const { observations, shadow } = await measure(execution, steps, {
    ...context,
    live,
    newest: newest.routing.version,
    now: clock.now(),
  });
  // Because replays take up to a minute, and a step begins when traffic moves.
  const now = clock.now();
  // So that an order given during the measurement is executed before traffic moves.
  const rollout = { version: execution.state.candidate, execution: context.executionName };
  const control = await readControl(objects, execution, rollout);
  const observed = { ...observations, ...(control && { control }), now: now.getTime() };
  const decision = decide(steps, execution.state, observed);
  const routing = await act(alias, live, decision, steps, now);
  const judged = steps[execution.state.step];
  const wait = waitOfTick(steps, execution.state.step, decision, observed);
  const about = { execution, name: context.executionName, steps, judged, routing, now };
  const trace = { ...about, decision, ...(wait && { wait }) };
  context.onRecord(await writeRecords(objects, trace));
  const ticked: Execution = {
    ...execution,
    state: decision.state,
    ticks: execution.ticks + 1,
    ...(shadow && { shadow }),
  };
  const next = { ...ticked, quietTicks: quietTicks(execution, ticked) };
  return answerOf(next, decision, waitSeconds(execution, next, steps));
}

/**
 * Takes the candidate's share of traffic away when ticks fail permanently.
 * @returns the cause of the failed execution. It says where traffic goes then: a candidate that has all traffic keeps
 *   it, because only a judge or an operator can say that the version before is better.
 */
export async function abandon(
  { state: { candidate } }: Pick<Execution, 'state'>,
  { alias, clock }: Pick<TickContext, 'alias' | 'clock'>,
): Promise<{ readonly cause: string }> {
  const { routing } = await withdraw(alias, 'rollout: controller failed', clock.now());
  const traffic =
    routing.version === candidate
      ? `version ${candidate} keeps all traffic, and no rollout observes it`
      : `version ${candidate} receives no live traffic (${describeRouting(routing)})`;
  return { cause: `The tick failed again and again; ${traffic}. See the log of the rollout function.` };
}

function answerOf(next: Execution, { state, verdict }: Decision, waitSeconds: number): TickAnswer {
  const { status } = state;
  switch (status) {
    case 'running':
    case 'held':
    case 'alarmed':
      return { ...next, next: 'wait', waitSeconds };
    case 'done':
      return { ...next, next: 'succeed' };
    default:
      return {
        ...next,
        next: 'fail',
        error: ROLLOUT_ERRORS[status],
        cause: explain(verdict, next.endpoint).slice(0, MOST_CAUSE),
      };
  }
}
