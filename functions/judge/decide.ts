/**
 * One tick's decision: from where the rollout stands and what was measured to where it stands then, and what to do with the
 * traffic. A pure function of its arguments, so a tick that is repeated decides the same, and a killed one is repeated.
 */

import type { BakeStep, JudgedStep, Step, WeightStep } from '../plan/steps.ts';
import type { Outcome, RolloutEvent, Verdict } from './finding.ts';
import { type Control, checkTraffic, type Observations, type TrafficObservation } from './observations.ts';
import { NO_PICTURES } from './shadow-tally.ts';
import { freshStep, isOver, type RolloutState, type Status } from './state.ts';
import { judgeBake, judgeShadow, judgeWeight, verdictOf } from './verdict.ts';
import { addCounts } from './version-counts.ts';

/**
 * What to do with live traffic: make the alias say this. `move` counts this rollout's moves from 1. A tick that was killed
 * after it acted is repeated, and may then decide otherwise under the same number: compare what the alias says, too.
 */
export type Action =
  | { readonly kind: 'none' }
  /** The candidate gets this share of live traffic, percent. */
  | { readonly kind: 'weight'; readonly percent: number; readonly move: number }
  /** The candidate gets all live traffic, and the version that was live is remembered. */
  | { readonly kind: 'full'; readonly move: number }
  /** The version that was live gets all traffic again. */
  | { readonly kind: 'back'; readonly move: number };

/** What one tick decides. JSON. */
export interface Decision {
  readonly state: RolloutState;
  readonly verdict: Verdict;
  readonly action: Action;
  /** Whether a person is needed: held longer than `maxHold`, or nothing more to judge by. */
  readonly raiseAlarm: boolean;
}

const NONE: Action = { kind: 'none' };

/** The step at an index; after the last there is nothing to do, as in the last. */
function stepAt(steps: readonly Step[], index: number): Step {
  return steps[index] ?? { kind: 'done' };
}

/**
 * Decides one tick.
 * @throws ObservationError for measurements that contradict themselves
 */
export function decide(steps: readonly Step[], state: RolloutState, observed: Observations): Decision {
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
    case 'resume':
      return judge(steps, { ...withoutHold(state), status: 'running', waitingSince: observed.now }, observed);
  }
}

/** An operator's order goes before the gates, but not before the golden one. */
function promote(
  { kind, id, by }: Control,
  steps: readonly Step[],
  state: RolloutState,
  observed: Observations,
): Decision {
  const order = { order: id, by };
  if (stepAt(steps, state.step).kind === 'golden') {
    return stay(state, eventVerdict('hold', { event: 'promote-refused', ...order }));
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
  const state = step.kind === 'weight' || step.kind === 'bake' ? absorb(step, before, observed) : before;
  const verdict = verdictOn(step, state, observed);
  if (verdict.outcome === 'roll back') return end(state, 'rolled back', verdict);
  if (state.status !== 'running') return stay(state, waiting(state, verdict));
  if (verdict.outcome === 'promote') return enter(steps, state, state.step + 1, observed, verdict);
  return isOverdue(step, state, observed) ? stay({ ...state, status: 'alarmed' }, verdict) : stay(state, verdict);
}

/** Takes in the closed minutes that lie in this step and are not judged yet, and fixes what is slow. */
function absorb(step: WeightStep | BakeStep, state: RolloutState, observed: Observations): RolloutState {
  const next = observed.traffic ? withTraffic(state, observed.traffic) : state;
  return { ...next, ...slowBound(step, next, observed) };
}

function withTraffic(state: RolloutState, traffic: TrafficObservation): RolloutState {
  checkTraffic(traffic);
  const { judgedBefore, slowerThanMs } = state;
  const { closedBefore } = traffic;
  // Slow requests counted with another bound are not ours to judge by.
  const comparable = slowerThanMs !== undefined && traffic.slowerThanMs === slowerThanMs;
  let { live, candidate } = state.traffic;
  for (const each of traffic.minutes) {
    if (each.minute < judgedBefore || each.minute >= closedBefore) continue;
    live = addCounts(live, comparable ? each.live : { ...each.live, timed: 0, slow: 0 });
    candidate = addCounts(candidate, comparable ? each.candidate : { ...each.candidate, timed: 0, slow: 0 });
  }
  return { ...state, judgedBefore: Math.max(judgedBefore, closedBefore), traffic: { live, candidate } };
}

/** What is slow, if that can be said now and could not before. */
function slowBound({ slow }: JudgedStep, { slowerThanMs }: RolloutState, { typicalMs }: Observations) {
  if (!slow || slowerThanMs !== undefined) return {};
  if ('limitMs' in slow) return { slowerThanMs: slow.limitMs };
  return typicalMs === undefined ? {} : { slowerThanMs: slow.factor * typicalMs };
}

function verdictOn(step: Step, { traffic, since }: RolloutState, observed: Observations): Verdict {
  const elapsedMs = observed.now - since;
  switch (step.kind) {
    case 'golden':
      return goldenVerdict(observed.golden);
    case 'shadow':
      return judgeShadow(step, observed.shadow ?? NO_PICTURES);
    case 'weight':
      return judgeWeight(step, { ...traffic, elapsedMs });
    case 'bake':
      return judgeBake(step, { ...traffic, elapsedMs });
    default:
      return verdictOf([]);
  }
}

function goldenVerdict(golden: Observations['golden']): Verdict {
  if (!golden) return eventVerdict('hold', { event: 'golden-pending' });
  if (golden.passed) return eventVerdict('promote', { event: 'golden-passed', pictures: golden.pictures });
  return eventVerdict('roll back', { event: 'golden-failed', failure: golden.failure });
}

/** A rollout that waits for an operator keeps the judge's findings, but does not go on by itself. */
function waiting({ heldBy }: RolloutState, { findings }: Verdict): Verdict {
  const event: RolloutEvent = heldBy === undefined ? { event: 'overdue' } : { event: 'held', by: heldBy };
  return verdictOf([{ kind: 'event', outcome: 'hold', ...event }, ...findings]);
}

/** Held too long, or nothing more will come to judge by. */
function isOverdue(step: Step, { waitingSince }: RolloutState, { now, shadow }: Observations): boolean {
  if (!('maxHoldMs' in step)) return false;
  const spent = step.kind === 'shadow' && (shadow ?? NO_PICTURES).pictures >= step.maxPictures;
  return spent || now - waitingSince >= step.maxHoldMs;
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

/** Enters a step; `full` is a move and not a place to stay in, so it is passed at once. */
function enter(
  steps: readonly Step[],
  state: RolloutState,
  index: number,
  observed: Observations,
  verdict: Verdict,
): Decision {
  const step = stepAt(steps, index);
  const place = step.kind === 'full' ? index + 1 : index;
  const into = stepAt(steps, place);
  const action = moveInto(step, state.moves + 1);
  const entered: RolloutState = {
    ...withoutHold(samePhase(stepAt(steps, state.step), into) ? state : withoutSlow(state)),
    ...freshStep(observed.now),
    step: place,
    status: into.kind === 'done' ? 'done' : 'running',
    moves: action.kind === 'none' ? state.moves : action.move,
  };
  return { state: { ...entered, ...slowOnEntry(into, entered, observed) }, verdict, action, raiseAlarm: false };
}

function slowOnEntry(step: Step, state: RolloutState, observed: Observations) {
  return step.kind === 'weight' || step.kind === 'bake' ? slowBound(step, state, observed) : {};
}

function samePhase(from: Step, to: Step): boolean {
  return (from as Partial<JudgedStep>).phase === (to as Partial<JudgedStep>).phase;
}

/** What is slow is fixed anew when a phase begins. */
function withoutSlow({ slowerThanMs: _, ...state }: RolloutState): RolloutState {
  return state;
}

function withoutHold({ heldBy: _, ...state }: RolloutState): RolloutState {
  return state;
}

function moveInto(step: Step, move: number): Action {
  if (step.kind === 'full') return { kind: 'full', move };
  return step.kind === 'weight' ? { kind: 'weight', percent: step.percent, move } : NONE;
}
