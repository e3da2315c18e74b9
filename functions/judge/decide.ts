/**
 * One tick's decision: from where the rollout stands and what was measured to where it stands then, and what to do with the
 * traffic. A pure function of its arguments, so a tick that is repeated decides the same, and a killed one is repeated.
 */

import type { BakeStep, JudgedStep, Step, WeightStep } from '../plan/steps.ts';
import { addCounts, type Control, checkTraffic, type Observations, type TrafficObservation } from './observations.ts';
import { NO_PICTURES } from './shadow-tally.ts';
import { freshStep, isOver, type RolloutState, type Status } from './state.ts';
import { type Finding, judgeBake, judgeShadow, judgeWeight, type Outcome, type Verdict, verdictOf } from './verdict.ts';

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
  if (isOver(state)) return stay(state, event('hold', `the rollout is over: ${state.status}`));
  const { foreignAlias, newerVersion } = observed;
  if (foreignAlias !== undefined) {
    return end(state, 'stopped', event('hold', `the live alias was moved by someone else: ${foreignAlias}`));
  }
  if (newerVersion !== undefined) {
    return end(state, 'superseded', event('roll back', `superseded by version ${newerVersion}`));
  }
  const control = newControl(state, observed);
  if (control?.kind === 'rollback') return end(obeyed(state, control), 'rolled back', said('roll back', control));
  if (control?.kind === 'promote' || control?.kind === 'promote-all') return promoteBy(control, steps, state, observed);
  return judge(steps, control ? paused(state, control, observed.now) : state, observed);
}

function newControl({ control }: RolloutState, observed: Observations): Control | undefined {
  return observed.control && observed.control.id !== control ? observed.control : undefined;
}

function obeyed(state: RolloutState, { id }: Control): RolloutState {
  return { ...state, control: id };
}

/** Hold or resume. */
function paused(state: RolloutState, control: Control, now: number): RolloutState {
  const asked = withoutHold(obeyed(state, control));
  if (control.kind === 'hold') return { ...asked, status: 'held', heldBy: control.by };
  return { ...asked, status: 'running', waitingSince: now };
}

/** What a person asks for goes before the gates, but not before the golden one. */
function promoteBy(control: Control, steps: readonly Step[], state: RolloutState, observed: Observations): Decision {
  const asked = obeyed(state, control);
  if (stepAt(steps, state.step).kind === 'golden') {
    return stay(asked, event('hold', `${control.by} asked to promote, but the golden gate has not been passed`));
  }
  const full = steps.findIndex(({ kind }) => kind === 'full');
  const next = control.kind === 'promote' ? state.step + 1 : Math.max(full, state.step + 1);
  return enter(steps, asked, next, observed, said('promote', control));
}

function said(outcome: Outcome, { kind, by }: Control): Verdict {
  return event(outcome, `${by} said ${kind}`);
}

function event(outcome: Outcome, words: string): Verdict {
  return verdictOf([{ kind: 'event', outcome, words }]);
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
  if (!golden) return event('hold', 'the golden pictures have not been answered yet');
  return event(golden.passed ? 'promote' : 'roll back', golden.words);
}

/** A rollout that waits for a person keeps what the judge says, but does not go on by itself. */
function waiting({ status, heldBy }: RolloutState, { findings }: Verdict): Verdict {
  const words = status === 'held' ? `held by ${heldBy}` : 'held for too long: waits for a person';
  const wait: Finding = { kind: 'event', outcome: 'hold', words };
  return verdictOf([wait, ...findings]);
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
