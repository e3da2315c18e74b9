/**
 * One tick's decision: from the state and the measurements to the next state and the action on live traffic. A pure
 * function of its arguments, so a tick that was killed and is repeated decides the same.
 */

import type { BakeStep, JudgedStep, Step, WeightStep } from '../plan/steps.ts';
import { carriedOn } from './carry.ts';
import { acceptDrift, driftHold, withKnownDrift } from './drift-hold.ts';
import type { Outcome, RolloutEvent, Verdict } from './finding.ts';
import { isAnswered, NO_LABELS } from './labels.ts';
import type { Control, Observations } from './observations.ts';
import { NO_PICTURES } from './shadow-tally.ts';
import { freshStep, isOver, type RolloutState, type Status } from './state.ts';
import { judgeTraffic, usualTimesOf } from './traffic-step.ts';
import { judgeShadow, verdictOf } from './verdict.ts';

/**
 * The action on the live alias. `move` counts this rollout's moves from 1. A tick that was killed after it acted is
 * repeated, and may then decide otherwise under the same number: so compare the alias's routing, too.
 */
export type Action =
  | { readonly kind: 'none' }
  /** The candidate gets this share of live traffic, percent. */
  | { readonly kind: 'weight'; readonly percent: number; readonly move: number }
  /** The candidate gets all live traffic, and the alias's note keeps the version that was live. */
  | { readonly kind: 'full'; readonly move: number }
  /** The version that was live gets all traffic again. */
  | { readonly kind: 'back'; readonly move: number };

/** One tick's decision. JSON. */
export interface Decision {
  readonly state: RolloutState;
  readonly verdict: Verdict;
  readonly action: Action;
  /** Whether an operator is needed: held longer than `maxHold`, no pictures left, or the alias was moved. */
  readonly raiseAlarm: boolean;
}

const NONE: Action = { kind: 'none' };

/** The step at an index; every index after the last step counts as done. */
function stepAt(steps: readonly Step[], index: number): Step {
  return steps[index] ?? { kind: 'done' };
}

/**
 * Decides one tick.
 * @throws ObservationError for measurements that contradict themselves
 */
export function decide(steps: readonly Step[], before: RolloutState, observed: Observations): Decision {
  const state = withKnownDrift(before, observed.drift);
  if (isOver(state)) return stay(state, eventVerdict('hold', { event: 'over', status: state.status }));
  const { foreignMove, newerVersion } = observed;
  if (foreignMove) return end(state, 'stopped', eventVerdict('hold', { event: 'alias-moved', ...foreignMove }));
  if (newerVersion !== undefined) {
    return end(state, 'superseded', eventVerdict('roll back', { event: 'superseded', version: newerVersion }));
  }
  const control = newControl(state, observed);
  return control ? execute(control, steps, state, observed) : judge(steps, state, observed);
}

function newControl({ control }: RolloutState, observed: Observations): Control | undefined {
  return observed.control && observed.control.id !== control ? observed.control : undefined;
}

/** Executes an operator's order, which the state remembers by its id. */
function execute(control: Control, steps: readonly Step[], before: RolloutState, observed: Observations): Decision {
  const { kind, id, by } = control;
  const state: RolloutState = { ...before, control: id };
  const order = { order: id, by };
  switch (kind) {
    case 'rollback':
      return end(state, 'rolled back', eventVerdict('roll back', { event: 'rollback-ordered', ...order }));
    case 'promote':
    case 'promote-all':
      return promote(control, steps, state, observed);
    case 'hold':
      return judge(steps, { ...withoutHold(state), status: 'held', heldBy: by }, observed);
    case 'resume': {
      const resumed = { ...withoutHold(state), status: 'running', waitingSince: observed.now } as const;
      return judge(steps, acceptDrift(resumed, observed.drift), observed);
    }
  }
}

/** An operator's order goes before the gates, but not before the golden one, and not silently over a hold. */
function promote(
  { kind, id, by, resume = false }: Control,
  steps: readonly Step[],
  state: RolloutState,
  observed: Observations,
): Decision {
  const order = { order: id, by };
  if (stepAt(steps, state.step).kind === 'golden') {
    return stay(state, eventVerdict('hold', { event: 'promote-refused', ...order }));
  }
  const { heldBy } = state;
  if (heldBy !== undefined && !resume) {
    return stay(state, eventVerdict('hold', { event: 'promote-refused', heldBy, ...order }));
  }
  const next = state.step + 1;
  if (kind === 'promote') {
    return enter(steps, state, next, observed, eventVerdict('promote', { event: 'promoted', ...order }));
  }
  const full = steps.findIndex((step) => step.kind === 'full');
  const verdict = eventVerdict('promote', { event: 'promoted-to-all', ...order });
  return enter(steps, state, Math.max(full, next), observed, verdict);
}

function eventVerdict(outcome: Outcome, event: RolloutEvent): Verdict {
  return verdictOf([{ kind: 'event', outcome, ...event }]);
}

function judge(steps: readonly Step[], before: RolloutState, observed: Observations): Decision {
  const step = stepAt(steps, before.step);
  const judged = isTrafficStep(step) ? judgeTraffic(step, before, observed) : judgeOther(step, before, observed);
  const { state, complete } = judged;
  const drift = driftHold(step, state, observed.drift);
  const verdict = drift ? verdictOf([drift, ...judged.verdict.findings]) : judged.verdict;
  if (verdict.outcome === 'roll back') return end(state, 'rolled back', verdict);
  if (state.status === 'held') return stay(state, waiting(state, verdict));
  // Also after the alarm: proof that comes late is proof.
  if (verdict.outcome === 'promote') {
    return enter(steps, { ...state, traffic: complete }, state.step + 1, observed, verdict);
  }
  const isAlarmed = state.status === 'alarmed';
  if (isOverdue(step, state, observed)) {
    return stay({ ...state, status: 'alarmed' }, isAlarmed ? waiting(state, verdict) : verdict);
  }
  // A drift raises the alarm at once, because only an operator knows whether the limits hold for these pictures.
  return stay({ ...state, status: drift ? 'alarmed' : 'running' }, verdict);
}

function isTrafficStep(step: Step): step is WeightStep | BakeStep {
  return step.kind === 'weight' || step.kind === 'bake';
}

/** Live's day before is fixed once, because alternatives that depend on it must not change with the evidence. */
function judgeOther(step: Step, before: RolloutState, observed: Observations) {
  const usual = step.kind === 'shadow' ? (before.usual ?? observed.usual) : undefined;
  const state = usual ? { ...before, usual } : before;
  return { state, verdict: verdictOn(step, state, observed), complete: before.traffic };
}

function verdictOn(step: Step, state: RolloutState, observed: Observations): Verdict {
  const { golden, shadow, truth, labels, unanswered } = observed;
  switch (step.kind) {
    case 'golden':
      return goldenVerdict(golden);
    case 'shadow':
      return unanswered
        ? eventVerdict('hold', { event: 'live-unanswered', ...unanswered })
        : judgeShadow(step, shadow ?? NO_PICTURES, { truth, labels, usual: state.usual?.failures });
    default:
      return verdictOf([]);
  }
}

function goldenVerdict(golden: Observations['golden']): Verdict {
  if (!golden) return eventVerdict('hold', { event: 'golden-pending' });
  if (golden.passed) {
    const { passed: _passed, ...result } = golden;
    return eventVerdict('promote', { event: 'golden-passed', ...result });
  }
  return eventVerdict('roll back', { event: 'golden-failed', failure: golden.failure });
}

/** A rollout that waits for an operator keeps the judge's findings, but does not go on by itself. */
function waiting({ heldBy }: RolloutState, { findings }: Verdict): Verdict {
  const event: RolloutEvent = heldBy === undefined ? { event: 'overdue' } : { event: 'held', by: heldBy };
  return verdictOf([{ kind: 'event', outcome: 'hold', ...event }, ...findings]);
}

/** Held longer than `maxHold`, or all pictures of the shadow are used. */
function isOverdue(step: Step, { waitingSince }: RolloutState, { now, shadow, labels }: Observations): boolean {
  if (!('maxHoldMs' in step)) return false;
  return isUsedUp(step, shadow, labels) || now - waitingSince >= step.maxHoldMs;
}

function isUsedUp(step: Step, shadow = NO_PICTURES, labels = NO_LABELS): boolean {
  if (step.kind !== 'shadow') return false;
  if (step.labels) return isAnswered(labels);
  // Where people judge, their decisions come after the pictures.
  return !step.truth && shadow.pictures >= step.maxPictures;
}

function stay(state: RolloutState, verdict: Verdict): Decision {
  return { state, verdict, action: NONE, raiseAlarm: state.status === 'alarmed' };
}

function end(state: RolloutState, status: Status, verdict: Verdict): Decision {
  const ended = { ...state, status };
  if (status === 'stopped') return { state: ended, verdict, action: NONE, raiseAlarm: true };
  const move = state.moves + 1;
  return { state: { ...ended, moves: move }, verdict, action: { kind: 'back', move }, raiseAlarm: false };
}

/** Enters a step. `full` is a move of traffic without a verdict, so the rollout enters the step after it at once. */
function enter(
  steps: readonly Step[],
  state: RolloutState,
  index: number,
  observed: Observations,
  verdict: Verdict,
): Decision {
  const step = stepAt(steps, index);
  const target = step.kind === 'full' ? index + 1 : index;
  const into = stepAt(steps, target);
  const action = moveInto(step, state.moves + 1);
  const entered: RolloutState = {
    ...withoutUsual(withoutHold(samePhase(stepAt(steps, state.step), into) ? state : withoutSlow(state))),
    ...freshStep(observed.now),
    ...carriedOn(stepAt(steps, state.step), state, observed),
    step: target,
    status: into.kind === 'done' ? 'done' : 'running',
    moves: action.kind === 'none' ? state.moves : action.move,
  };
  return { state: { ...entered, ...timesOnEntry(into, entered, observed) }, verdict, action, raiseAlarm: false };
}

function timesOnEntry(step: Step, state: RolloutState, observed: Observations) {
  return isTrafficStep(step) ? usualTimesOf(step, state, observed) : {};
}

function samePhase(from: Step, to: Step): boolean {
  return (from as Partial<JudgedStep>).phase === (to as Partial<JudgedStep>).phase;
}

/** Because each phase fixes the bounds of slow requests again. */
function withoutSlow({ slowerThanMs: _, firstSlowerThanMs: __, ...state }: RolloutState): RolloutState {
  return state;
}

function withoutHold({ heldBy: _, ...state }: RolloutState): RolloutState {
  return state;
}

/** Because each step has a day before of its own. */
function withoutUsual({ usual: _, ...state }: RolloutState): RolloutState {
  return state;
}

function moveInto(step: Step, move: number): Action {
  if (step.kind === 'full') return { kind: 'full', move };
  return step.kind === 'weight' ? { kind: 'weight', percent: step.percent, move } : NONE;
}
