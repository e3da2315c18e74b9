/** A rollout's state, which the state machine carries from tick to tick. JSON. */

import type { Tally } from '../evidence/tally.ts';
import type { TwoTallies } from '../evidence/two-rates.ts';
import type { StoredSet } from '../plan/labelled-set.ts';
import type { SlowReplayThan } from '../plan/slow-than.ts';
import type { Alpha, Step } from '../plan/steps.ts';
import type { TruthTest } from '../plan/truth-test.ts';
import { coldStartLimitMs } from './cold-start.ts';
import {
  type ColdStarts,
  NO_REQUESTS,
  type SlowBounds,
  type UsualTallies,
  type VersionCounts,
} from './version-counts.ts';

/**
 * `running`: judged at every tick. `held`: an operator ordered hold; only a proven fault ends the step. `alarmed`: no
 * verdict within the limits; an operator may decide, and the gates still do. The others are ends.
 */
export type Status = 'running' | 'held' | 'alarmed' | 'done' | 'rolled back' | 'superseded' | 'stopped';

/** Error name of the state machine's execution for each end other than `done`. */
export const ROLLOUT_ERRORS = {
  'rolled back': 'RolledBack',
  superseded: 'Superseded',
  stopped: 'AliasMovedByHand',
} as const satisfies Partial<Record<Status, string>>;

/**
 * A rollout between two ticks. Times are milliseconds since the epoch. The bounds of slow requests are fixed when a
 * phase begins, the same for both versions.
 */
export interface RolloutState extends SlowBounds {
  /** The version that is live before the rollout; a rollback returns to it. */
  readonly live: string;
  /** The new version. */
  readonly candidate: string;
  /** Index into the steps of the plan. */
  readonly step: number;
  readonly status: Status;
  /** When this step began. */
  readonly since: number;
  /** Start of `maxHold`: when this step began, or was resumed. */
  readonly waitingSince: number;
  /** How often this rollout has moved traffic: by a move's number a repeated tick recognises its own move. */
  readonly moves: number;
  /** Minutes before this one are settled: counted in `traffic`, and not read again. Minutes since the epoch. */
  readonly settledBefore: number;
  /** Requests of the two versions in this step, in whole settled minutes. */
  readonly traffic: { readonly live: VersionCounts; readonly candidate: VersionCounts };
  /** Requests of both versions in this step, in whole closed minutes, at the last tick. */
  readonly closedRequests: number;
  /** The live version's cold starts: fixed as soon as they are known. */
  readonly coldStarts?: ColdStarts;
  /** The live version's requests in the day before this step: fixed at its first tick with metrics. */
  readonly usual?: UsualTallies;
  /** The last steps of live traffic before this one, as evidence. */
  readonly earlier?: readonly EarlierStep[];
  /** Replays of the first shadow that were over before this step; `hits` failed. */
  readonly replays?: Tally;
  /** Id of the last order that was executed. */
  readonly control?: string;
  /** Name of the operator who ordered hold. */
  readonly heldBy?: string;
  /**
   * Drifts that were found until this time do not hold the rollout: they were known when it began, or
   * an operator accepted them. Milliseconds since the epoch; absent: nothing monitors drift.
   */
  readonly knownDrift?: number;
}

/** One step's requests, by gate. Without `latency`, where what is slow was no quantile of live's times. */
export type EarlierStep = Readonly<Record<'errorRate' | 'rejectionRate', TwoTallies>> & {
  readonly latency?: TwoTallies;
};

/** After these, `decide` changes nothing. */
const ENDS: readonly Status[] = ['done', 'rolled back', 'superseded', 'stopped'];

/** Whether the rollout is over. */
export function isOver({ status }: RolloutState): boolean {
  return ENDS.includes(status);
}

/** A rollout before its first tick. */
export function startRollout(
  versions: { readonly live: string; readonly candidate: string },
  now: number,
): RolloutState {
  const { live, candidate } = versions;
  return { live, candidate, step: 0, status: 'running', moves: 0, ...freshStep(now) };
}

/** The part of the state that each step starts with. Only minutes that lie wholly in the step are judged. */
export function freshStep(now: number) {
  return {
    since: now,
    waitingSince: now,
    settledBefore: Math.ceil(now / 60_000),
    traffic: { live: NO_REQUESTS, candidate: NO_REQUESTS },
    closedRequests: 0,
  };
}

/** The state of a rollout, also one that an earlier version began: that one counts the requests of its step again. */
export function restoreState(state: RolloutState): RolloutState {
  const isCurrent = Object.hasOwn(state, 'settledBefore');
  return isCurrent ? state : { ...state, ...freshStep(state.since), waitingSince: state.waitingSince };
}

/** What to measure for the next tick, and with which bounds. */
export type RequiredMeasurement =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'golden' }
  | {
      readonly kind: 'shadow';
      readonly baseline: 'live' | 'human';
      /** The test of people's decisions; only where they judge. */
      readonly people?: { readonly test: TruthTest; readonly alpha: Alpha };
      /** Whether every picture counts, however often it comes. */
      readonly countsRepeats?: true;
      /** The labelled set that judges; then no recorded request is replayed. */
      readonly labels?: StoredSet;
      /** Share of the captured requests to replay, 0–1. */
      readonly sample: number;
      /** Most pictures to compare in all. */
      readonly maxPictures: number;
      readonly slow?: SlowReplayThan;
      /** As of traffic. */
      readonly usualTimes: boolean;
      readonly usual: boolean;
      readonly since: number;
    }
  | ({
      readonly kind: 'traffic';
      /** The first minute that is not settled yet. Minutes since the epoch. */
      readonly fromMinute: number;
      /** Count the cold starts of the candidate over so many milliseconds; absent: they are not judged yet. */
      readonly coldStartOverMs?: number;
      /** Whether `usualTimes` is needed: to know what is slow, in this step or in one that may follow this tick. */
      readonly usualTimes: boolean;
      /** Whether `usual` is needed: at the first tick of a step, and in a bake until it is known. */
      readonly usual: boolean;
      /** When the step began: `usual` are the requests of the day before. Milliseconds. */
      readonly since: number;
    } & SlowBounds);

/** What `decide` needs for this state. */
export function requiredMeasurement(steps: readonly Step[], state: RolloutState): RequiredMeasurement {
  const step = isOver(state) ? undefined : steps[state.step];
  const usualTimes = needsUsualTimes(steps, state);
  switch (step?.kind) {
    case 'golden':
      return { kind: 'golden' };
    case 'shadow': {
      const { baseline, sample, maxPictures, slow, truth, labels, alpha, scenes } = step;
      const repeats = !labels && scenes === undefined && { countsRepeats: true as const };
      const optional = {
        ...(slow && { slow }),
        ...(truth && { people: { test: truth, alpha } }),
        ...(labels && { labels: labels.set }),
        ...repeats,
      };
      const usual = step.tests.errorRate !== undefined && state.usual === undefined && !labels;
      return { kind: 'shadow', baseline, sample, maxPictures, ...optional, usualTimes, usual, since: state.since };
    }
    case 'weight':
    case 'bake': {
      const { settledBefore: fromMinute, since } = state;
      const isCompared = step.tests.rejectionRate !== undefined || (step.kind === 'weight' && step.tests.errorRate);
      const usual = Boolean(isCompared) && state.usual === undefined;
      const overMs = coldStartLimitMs(step.coldStart, state.coldStarts);
      const coldStarts = overMs === undefined ? {} : { coldStartOverMs: overMs };
      return { kind: 'traffic', fromMinute, usualTimes, usual, since, ...slowBoundsOf(state), ...coldStarts };
    }
    default:
      return { kind: 'nothing' };
  }
}

/** The bounds of slow requests that are known. */
export function slowBoundsOf({ slowerThanMs, firstSlowerThanMs }: SlowBounds): SlowBounds {
  return {
    ...(slowerThanMs !== undefined && { slowerThanMs }),
    ...(firstSlowerThanMs !== undefined && { firstSlowerThanMs }),
  };
}

/** Fixed once for a phase. A promotion enters a later step in the same tick, so what that step needs counts too. */
function needsUsualTimes(steps: readonly Step[], { step, slowerThanMs, coldStarts }: RolloutState): boolean {
  return steps.slice(step).some((each) => {
    if (each.kind !== 'weight' && each.kind !== 'bake') return false;
    const isByQuantile = each.slow !== undefined && 'quantile' in each.slow;
    return (isByQuantile && slowerThanMs === undefined) || (each.coldStart !== undefined && coldStarts === undefined);
  });
}
