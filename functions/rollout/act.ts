import { AliasMoved, type AliasNote, type AliasState, type LiveAlias, type Routing, sameRouting } from './alias.ts';
import type { Decision } from './decide.ts';
import { routingOf } from './routing.ts';
import type { Step } from './steps.ts';

/** What acting came to: where traffic goes now. */
export interface Acted {
  readonly routing: Routing;
  readonly moved: boolean;
}

/**
 * Makes the live alias say what the decision's state says, by one call that fails if anybody moved it meanwhile.
 * @throws AliasMoved: the next tick reads it afresh and says so
 */
export async function act(
  alias: LiveAlias,
  before: AliasState,
  { state, action }: Decision,
  steps: readonly Step[],
  now: Date,
): Promise<Acted> {
  const target = routingOf(steps, state);
  const settled = isEnded(state) && !receives(before.routing, state.candidate);
  if (!target || settled || sameRouting(target, before.routing)) return { routing: before.routing, moved: false };
  const note: AliasNote = {
    ...previousOf(before, state.live, action.kind),
    rollout: state.candidate,
    move: state.moves,
    by: 'rollout',
    at: now.toISOString(),
  };
  const after = await alias.move(before, target, note);
  return { routing: after.routing, moved: true };
}

/** A rollback is made when the candidate gets nothing: an operator may have sent traffic to an even older version. */
function isEnded({ status }: Decision['state']): boolean {
  return status === 'rolled back' || status === 'superseded';
}

function receives({ version, candidate }: Routing, subject: string): boolean {
  return version === subject || candidate?.version === subject;
}

/**
 * The version that a rollback goes to. It changes when the candidate takes all traffic, and is forgotten when that is taken back: a second
 * rollback must not lead to the version that the first one left.
 */
function previousOf(
  { routing, note }: AliasState,
  live: string,
  kind: Decision['action']['kind'],
): { previous?: string } {
  if (kind === 'full') return { previous: live };
  const wasFull = routing.version !== live;
  const previous = kind === 'back' && wasFull ? undefined : note?.previous;
  return previous === undefined ? {} : { previous };
}

/**
 * Takes the candidate's share of traffic away, whatever the rollout's state: for rollouts that are superseded, or whose
 * controller fails. Tries again when the alias is moved in between.
 */
export async function withdraw(alias: LiveAlias, by: string, now: Date): Promise<AliasState> {
  for (let attempt = 1; ; attempt += 1) {
    const state = await alias.read();
    if (!state.routing.candidate) return state;
    const { previous } = state.note ?? {};
    const note: AliasNote = { ...(previous !== undefined && { previous }), by, at: now.toISOString() };
    try {
      return await alias.move(state, { version: state.routing.version }, note);
    } catch (error) {
      if (!(error instanceof AliasMoved) || attempt === 5) throw error;
    }
  }
}
