import type { Decision } from '../judge/decide.ts';
import { type Routing, routingOf, sameRouting, withoutShare } from '../judge/routing.ts';
import type { Step } from '../plan/steps.ts';
import { type Alias, AliasMovedError, type AliasNote, type AliasState } from '../platform/alias.ts';

/**
 * Moves the live alias to where the decision's state requires it, by one call that fails if it was moved meanwhile.
 * @returns where live traffic goes afterwards
 * @throws AliasMovedError: the repeated tick reads the alias again and reports the move
 */
export async function act(
  alias: Alias,
  before: AliasState,
  { state, action }: Decision,
  steps: readonly Step[],
  now: Date,
): Promise<Routing> {
  if (state.status === 'stopped') return withdrawShare(alias, before, state.candidate, now);
  const target = routingOf(steps, state);
  const settled = isEnded(state) && !receives(before.routing, state.candidate);
  if (!target || settled || sameRouting(target, before.routing)) return before.routing;
  const note: AliasNote = {
    ...previousOf(before, state.live, action.kind),
    rollout: state.candidate,
    move: state.moves,
    by: 'rollout',
    at: now.toISOString(),
  };
  return (await alias.move(before, target, note)).routing;
}

/**
 * After a move by someone else: a share that no rollout observes is the worst end. Its note has no number of a move,
 * so that a repeated tick takes it for another move, and stops as well.
 */
async function withdrawShare(alias: Alias, before: AliasState, candidate: string, now: Date): Promise<Routing> {
  const target = withoutShare(before.routing, candidate);
  if (!target) return before.routing;
  const { previous } = before.note ?? {};
  const note = { ...(previous !== undefined && { previous }), by: 'rollout', at: now.toISOString() };
  return (await alias.move(before, target, note)).routing;
}

/** After these a candidate without traffic is enough: an operator may have chosen an even older version. */
function isEnded({ status }: Decision['state']): boolean {
  return status === 'rolled back' || status === 'superseded';
}

function receives({ version, candidate }: Routing, subject: string): boolean {
  return version === subject || candidate?.version === subject;
}

/**
 * The version that a rollback goes to. It changes when the candidate gets all traffic, and is removed when the
 * candidate loses it: a second rollback must not lead to the version that the first one left.
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
 * Takes the candidate's share of traffic away, whatever the rollout's state, because its controller failed. Retries
 * when the alias is moved in between.
 */
export function withdraw(alias: Alias, by: string, now: Date): Promise<AliasState> {
  return sendAllToStable(alias, { by, now, isNeeded: ({ candidate }) => candidate !== undefined });
}

/**
 * Does the same before another version's rollout starts, and writes the alias even without a candidate: a tick that
 * outlives its stopped execution has read an earlier revision, so its move fails instead of giving traffic to a version
 * that no rollout judges any more.
 * @param version the version to roll out; an alias that serves only this version is not written
 */
export function claim(alias: Alias, version: string, now: Date): Promise<AliasState> {
  const isNeeded = (routing: Routing) => routing.candidate !== undefined || routing.version !== version;
  return sendAllToStable(alias, { by: `deployment of version ${version}`, now, isNeeded });
}

interface Reset {
  readonly by: string;
  readonly now: Date;
  readonly isNeeded: (routing: Routing) => boolean;
}

async function sendAllToStable(alias: Alias, { by, now, isNeeded }: Reset): Promise<AliasState> {
  for (let attempt = 1; ; attempt += 1) {
    const state = await alias.read();
    if (!isNeeded(state.routing)) return state;
    const { previous } = state.note ?? {};
    const note: AliasNote = { ...(previous !== undefined && { previous }), by, at: now.toISOString() };
    try {
      return await alias.move(state, { version: state.routing.version }, note);
    } catch (error) {
      if (!(error instanceof AliasMovedError) || attempt === 5) throw error;
    }
  }
}
