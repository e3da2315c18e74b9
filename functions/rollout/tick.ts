import { type Decision, decide } from '../judge/decide.ts';
import { explain } from '../judge/explain.ts';
import { ROLLOUT_ERRORS, type RolloutState } from '../judge/state.ts';
import { type Step, stepsOf } from '../plan/steps.ts';
import type { Alias } from '../platform/alias.ts';
import type { Clock } from '../platform/clock.ts';
import type { Objects } from '../platform/objects.ts';
import type { Execution, TickAnswer } from '../records/execution.ts';
import { readControl, type TickRecord, writeRecords } from '../records/tick-record.ts';
import { act, withdraw } from './act.ts';
import type { FunctionVersion } from './function-version.ts';
import { measure } from './measure.ts';
import type { Traffic } from './traffic.ts';

/** What a tick works with. */
export interface TickContext {
  readonly objects: Objects;
  readonly alias: Alias;
  readonly newest: Alias;
  readonly candidate: FunctionVersion;
  readonly stable: FunctionVersion;
  readonly traffic: Traffic;
  readonly clock: Clock;
  /** Name of the execution, for the records. */
  readonly executionName: string;
  /** Hears what was recorded. */
  readonly onRecord: (record: TickRecord) => void;
}

/** Between two looks at traffic, seconds: it is counted by the minute. */
const WAIT_SECONDS = 60;
/** Between two looks at a shadow that has pictures left, or after the golden gate, seconds. */
const SHORT_WAIT_SECONDS = 5;

/** Step Functions keeps 32,768 characters of a cause. */
const MOST_CAUSE = 30_000;

/**
 * One tick of a rollout: measure → judge → act → record. Killed at any point and repeated with the same input, it comes
 * to the same end: what is measured is read afresh, the alias is made to say what the state says, records have the tick's
 * number.
 * @throws AliasMovedError when somebody moves the alias at the same moment; the repeated tick sees it
 */
export async function tick(execution: Execution, context: TickContext): Promise<TickAnswer> {
  const { objects, alias, clock } = context;
  const steps = stepsOf(execution.plan);
  const [live, newest] = await Promise.all([alias.read(), context.newest.read()]);
  const { observations, shadow } = await measure(execution, steps, {
    ...context,
    live,
    newest: newest.routing.version,
    now: clock.now(),
  });
  // Replays take up to a minute: a step begins when traffic moves, not when the tick began.
  const now = clock.now();
  // And what was ordered meanwhile is obeyed now: nothing goes up after somebody said rollback or hold.
  const control = await readControl(objects, execution.endpoint, execution.state.candidate);
  const observed = { ...observations, ...(control && { control }), now: now.getTime() };
  const decision = decide(steps, execution.state, observed);
  const routing = await act(alias, live, decision, steps, now);
  const judged = steps[execution.state.step];
  const trace = { execution, name: context.executionName, decision, steps, judged, routing, now };
  context.onRecord(await writeRecords(objects, trace));
  const next: Execution = {
    ...execution,
    state: decision.state,
    ticks: execution.ticks + 1,
    ...(shadow && { shadow }),
  };
  return answerOf(next, decision, steps, hasNews(execution, next));
}

/** Gives the candidate's traffic back when the tick itself fails for good. */
export async function abandon({ alias, clock }: Pick<TickContext, 'alias' | 'clock'>): Promise<void> {
  await withdraw(alias, 'rollout: controller failed', clock.now());
}

function answerOf(next: Execution, { state, verdict }: Decision, steps: readonly Step[], news: boolean): TickAnswer {
  const { status } = state;
  switch (status) {
    case 'running':
    case 'held':
    case 'alarmed':
      return { ...next, next: 'wait', waitSeconds: waitSeconds(state, steps, news) };
    case 'done':
      return { ...next, next: 'succeed' };
    default:
      return { ...next, next: 'fail', error: ROLLOUT_ERRORS[status], cause: explain(verdict).slice(0, MOST_CAUSE) };
  }
}

function waitSeconds({ status, step }: RolloutState, steps: readonly Step[], news: boolean): number {
  if (status !== 'running') return WAIT_SECONDS;
  const kind = steps[step]?.kind;
  return kind === 'golden' || (kind === 'shadow' && news) ? SHORT_WAIT_SECONDS : WAIT_SECONDS;
}

/** Whether this tick compared pictures or entered a step: then the next one may have work at once. */
function hasNews(before: Execution, after: Execution): boolean {
  return before.state.step !== after.state.step || before.shadow?.tally.pictures !== after.shadow?.tally.pictures;
}
