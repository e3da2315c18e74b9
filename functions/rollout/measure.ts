import { ALIAS } from '../contract.ts';
import { checkGolden } from '../judge/golden-check.ts';
import type { Observations } from '../judge/observations.ts';
import { describeRouting, routingOf, sameRouting } from '../judge/routing.ts';
import { type RolloutState, wanted } from '../judge/state.ts';
import type { Step } from '../plan/steps.ts';
import type { AliasState } from '../platform/alias.ts';
import type { Objects } from '../platform/objects.ts';
import type { Execution, ShadowProgress } from '../records/execution.ts';
import { readControl } from '../records/tick-record.ts';
import type { FunctionVersion } from './function-version.ts';
import { advanceShadow } from './shadow.ts';
import type { Traffic } from './traffic.ts';

/** Where a tick looks. */
export interface MeasureContext {
  readonly objects: Objects;
  readonly candidate: FunctionVersion;
  /** The version that the rollout keeps or replaces. */
  readonly stable: FunctionVersion;
  readonly traffic: Traffic;
  readonly live: AliasState;
  /** The version that the alias `candidate` points to: the newest. */
  readonly newest: string;
  readonly now: Date;
}

/** What a tick saw, and how far the shadow is with it. */
export interface Measurement {
  readonly observations: Omit<Observations, 'now'>;
  readonly shadow?: ShadowProgress;
}

/** Measures what the rollout's present step is judged by, and nothing else. */
export async function measure(
  execution: Execution,
  steps: readonly Step[],
  place: MeasureContext,
): Promise<Measurement> {
  const { state } = execution;
  const events = await eventsOf(execution, steps, place);
  // A rollout that is about to end needs no more pictures or counts.
  if (events.foreignAlias !== undefined || events.newerVersion !== undefined) return { observations: events };
  const want = wanted(steps, state);
  switch (want.kind) {
    case 'nothing':
      return { observations: events };
    case 'golden':
      return { observations: { ...events, golden: await askGolden(place.candidate) } };
    case 'shadow': {
      const { objects, candidate, stable, now } = place;
      const shadowPlace = { objects, candidate, live: stable, endpoint: execution.endpoint, state, now };
      const shadow = await advanceShadow(want, execution.shadow, shadowPlace);
      return { observations: { ...events, shadow: shadow.tally, ...(await typical(state, place)) }, shadow };
    }
    case 'traffic': {
      const minutes = place.traffic.minutes(state, want.fromMinute, place.now, want.slowerThanMs);
      const [traffic, typicalMs] = await Promise.all([minutes, typical(state, place)]);
      return { observations: { ...events, traffic, ...typicalMs } };
    }
  }
}

/** What people and deployments did meanwhile. */
async function eventsOf(execution: Execution, steps: readonly Step[], place: MeasureContext) {
  const { state, endpoint } = execution;
  const control = await readControl(place.objects, endpoint, state.candidate);
  const foreignAlias = control?.kind === 'rollback' ? undefined : foreign(steps, state, place.live);
  return {
    ...(control && { control }),
    ...(foreignAlias !== undefined && { foreignAlias }),
    ...(place.newest !== state.candidate && { newerVersion: place.newest }),
  };
}

/**
 * Whether somebody else moved the alias. It is as this rollout left it, or as a tick left it that was killed right after:
 * that one signed the note with the next move's number.
 */
function foreign(steps: readonly Step[], state: RolloutState, { routing, note }: AliasState): string | undefined {
  const expected = routingOf(steps, state);
  if (!expected || sameRouting(expected, routing)) return undefined;
  if (note?.rollout === state.candidate && note.move === state.moves + 1) return undefined;
  return `${ALIAS.live} is at ${describeRouting(routing)}, expected ${describeRouting(expected)}${note ? `; moved by ${note.by}` : ''}`;
}

async function askGolden(candidate: FunctionVersion) {
  const asked = await candidate.golden();
  if (asked.ok) return checkGolden(asked.answer.findings);
  return { passed: false, words: `the version fails on its golden pictures: ${asked.failure}` };
}

/** Fixed once for a phase: not asked for again when it is known. */
async function typical({ live, slowerThanMs }: RolloutState, { traffic, now }: MeasureContext) {
  if (slowerThanMs !== undefined) return {};
  const typicalMs = await traffic.typicalMs(live, now);
  return typicalMs === undefined ? {} : { typicalMs };
}
