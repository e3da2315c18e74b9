/** Where a rollback goes, or why it is refused. Pure. */

import { describeRouting, type Routing } from '../../functions/judge/routing.ts';
import type { AliasNote, AliasState } from '../../functions/platform/alias.ts';
import { OrderRefusedError } from './errors.ts';

/** The input of a rollback's decision. */
export interface RollbackCase {
  readonly endpoint: string;
  readonly live: AliasState;
  /** The running rollout. */
  readonly rollout?: { readonly candidate: string; readonly stable: string };
  /** All published versions. Absent: unknown. */
  readonly versions?: readonly string[];
  /** The version from `--to`. */
  readonly to?: string;
}

/** A decided rollback. */
export interface RollbackPlan {
  /** The version that is left: the candidate, or the live version. */
  readonly from: string;
  readonly to: Routing;
  /** The previous version in the alias's note afterwards. */
  readonly previous?: string;
}

/** @throws OrderRefusedError */
export function planRollback(given: RollbackCase): RollbackPlan {
  const { live, rollout } = given;
  const { routing } = live;
  const version = given.to === undefined ? ownTarget(given) : namedTarget(given, given.to);
  const to: Routing = { version };
  const settled = !routing.candidate && routing.version === version;
  if (settled && !rollout) {
    throw new OrderRefusedError(alreadyLive(given.endpoint, version));
  }
  const previous = previousOf(live, version, rollout);
  return {
    from: rollout?.candidate ?? routing.candidate?.version ?? routing.version,
    to,
    ...(previous !== undefined && { previous }),
  };
}

/**
 * The target of the next rollback: that of a move to a later version is the one that it leaves. A rollback leaves none,
 * so that the next one does not lead to the version that this one leaves.
 */
function previousOf(
  { routing, note }: AliasState,
  version: string,
  rollout: RollbackCase['rollout'],
): string | undefined {
  if (routing.version === version) return note?.previous;
  const isForward = !rollout && !routing.candidate && Number(version) > Number(routing.version);
  return isForward ? routing.version : undefined;
}

function ownTarget({ endpoint, live: { routing, note }, rollout, versions }: RollbackCase): string {
  if (rollout) return rollout.stable;
  if (routing.candidate) return routing.version;
  if (note?.previous !== undefined) return note.previous;
  const others = versions?.filter((version) => version !== routing.version);
  const choice = others?.length === 0 ? 'no other version is published' : `choose one with --to${listed(others)}`;
  throw new OrderRefusedError(`No previous version of ${endpoint} is recorded; ${choice}`);
}

function listed(versions: readonly string[] = []): string {
  return versions.length === 0 ? '' : `: ${versions.join(', ')}`;
}

function namedTarget({ endpoint, rollout, live, versions }: RollbackCase, to: string): string {
  if (versions && !versions.includes(to)) {
    throw new OrderRefusedError(
      `Expected a published version of ${endpoint} for --to (${versions.join(', ')}), received ${to}`,
    );
  }
  if (rollout?.candidate === to && live.routing.version !== to) {
    throw new OrderRefusedError(
      `Expected an earlier version of ${endpoint} for --to, received the candidate ${to}; ` +
        'promote --all gives it all traffic',
    );
  }
  if (rollout?.candidate === to) {
    throw new OrderRefusedError(alreadyLive(endpoint, to));
  }
  return to;
}

function alreadyLive(endpoint: string, version: string): string {
  return `Version ${version} of ${endpoint} already has all traffic; choose another one with --to`;
}

/** The alias's note afterwards. */
export function noteOf({ previous }: RollbackPlan, by: string, at: Date): AliasNote {
  return { ...(previous !== undefined && { previous }), by, at: at.toISOString() };
}

/** `version 3: 90 %, version 4: 10 % → version 3: 100 %` */
export function moveInWords(before: Routing, after: Routing): string {
  return `${describeRouting(before)} → ${describeRouting(after)}`;
}
