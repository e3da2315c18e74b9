/** Where a rollback goes, or why it goes nowhere: pure. */

import { describeRouting, type Routing } from '../../functions/judge/routing.ts';
import type { AliasNote, AliasState } from '../../functions/platform/alias.ts';
import { OrderRefusedError } from './errors.ts';

/** What a rollback is decided by. */
export interface RollbackCase {
  readonly endpoint: string;
  readonly live: AliasState;
  /** The rollout under way. */
  readonly rollout?: { readonly candidate: string; readonly stable: string };
  /** All published versions. */
  readonly versions: readonly string[];
  /** The version that the user named. */
  readonly to?: string;
}

/** What a rollback does. */
export interface RollbackPlan {
  /** The version that is left: the candidate on trial, or what had the traffic. */
  readonly from: string;
  readonly to: Routing;
  /** What the alias remembers as previous from then on. */
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
    throw new OrderRefusedError(
      `Expected another version than ${version} to roll ${given.endpoint} back to: it has all traffic already`,
    );
  }
  // What is left must not be where the next rollback leads.
  const previous = routing.version === version ? live.note?.previous : undefined;
  return {
    from: rollout?.candidate ?? routing.candidate?.version ?? routing.version,
    to,
    ...(previous !== undefined && { previous }),
  };
}

function ownTarget({ endpoint, live: { routing, note }, rollout, versions }: RollbackCase): string {
  if (rollout) return rollout.stable;
  if (routing.candidate) return routing.version;
  if (note?.previous !== undefined) return note.previous;
  const others = versions.filter((version) => version !== routing.version);
  const choice = others.length === 0 ? 'no other is published' : `name one with --to: ${others.join(', ')}`;
  throw new OrderRefusedError(
    `Expected the live alias of ${endpoint} to remember a version before ${routing.version}, it does not; ${choice}`,
  );
}

function namedTarget({ endpoint, rollout, live, versions }: RollbackCase, to: string): string {
  if (!versions.includes(to)) {
    throw new OrderRefusedError(
      `Expected a published version of ${endpoint} for --to (${versions.join(', ')}), received ${to}`,
    );
  }
  if (rollout?.candidate === to && live.routing.version !== to) {
    throw new OrderRefusedError(
      `Expected an earlier version of ${endpoint} for --to, received ${to}, which is on trial: promote --all would give it all traffic`,
    );
  }
  if (rollout?.candidate === to) {
    throw new OrderRefusedError(
      `Expected another version than ${to} to roll ${endpoint} back to: it has all traffic already`,
    );
  }
  return to;
}

/** What the alias's description says afterwards. */
export function noteOf({ previous }: RollbackPlan, by: string, at: Date): AliasNote {
  return { ...(previous !== undefined && { previous }), by, at: at.toISOString() };
}

/** `version 3: 90 %, version 4: 10 % → version 3: 100 %` */
export function moveInWords(before: Routing, after: Routing): string {
  return `${describeRouting(before)} → ${describeRouting(after)}`;
}
