/** What a verdict rests on: codes and numbers. `explain` makes the sentences. JSON. */

import type { Sample } from '../evidence/bounded-mean.ts';
import type { Carried } from '../evidence/carried.ts';
import type { Tally } from '../evidence/tally.ts';
import type { TwoTallies } from '../evidence/two-rates.ts';
import type { ColdStartTest } from '../plan/slow-than.ts';
import type { Alpha, DifferenceTest, MeanTest } from '../plan/steps.ts';
import type { TruthTest } from '../plan/truth-test.ts';
import type { KnownStarts } from './cold-start.ts';
import type { SeenDrift } from './drift-hold.ts';
import type { GoldenFailure, UncheckedPackage } from './golden-check.ts';
import type { LabelsTally } from './labels.ts';
import type { ForeignMove, Unanswered } from './observations.ts';
import type { Routing } from './routing.ts';
import type { LookedAt, ShadowTally } from './shadow-tally.ts';
import type { Status } from './state.ts';
import type { TruthTally } from './truth.ts';

/** The result of a verdict or of one finding. */
export type Outcome = 'promote' | 'hold' | 'roll back';

/** The gates that are judged by numbers. */
export type Gate = 'agreement' | 'countError' | 'errorRate' | 'rejectionRate' | 'latency';

/** An order's id and the operator who gave it. */
interface Ordered {
  readonly order: string;
  readonly by: string;
}

/** A move of all live traffic by an operator's command. */
interface OperatorMove {
  readonly by: string;
  readonly before: Routing;
  readonly after: Routing;
  /** How long the command took. */
  readonly seconds: number;
}

/** Something that happened, by its code. */
export type RolloutEvent =
  /** The rollout ended before this tick. */
  | { readonly event: 'over'; readonly status: Status }
  /** Someone other than the rollout moved the live alias. */
  | ({ readonly event: 'alias-moved' } & ForeignMove)
  /** `version` was published after the candidate. */
  | { readonly event: 'superseded'; readonly version: string }
  | ({ readonly event: 'rollback-ordered' } & Ordered)
  /** To the next step, whatever the gates say. */
  | ({ readonly event: 'promoted' } & Ordered)
  /** To all traffic, whatever the gates say. */
  | ({ readonly event: 'promoted-to-all' } & Ordered)
  /** Because an operator holds the rollout, `heldBy`; else because the golden gate is not passed yet. */
  | ({ readonly event: 'promote-refused'; readonly heldBy?: string } & Ordered)
  /** An operator's order keeps the rollout in its step. */
  | { readonly event: 'held'; readonly by: string }
  /** A drift that was found since the rollout began: the last one. `others`: how many were found before it. */
  | { readonly event: 'drift'; readonly drift: SeenDrift; readonly others: number }
  /** CloudWatch could not return all metrics of live traffic. */
  | { readonly event: 'metrics-incomplete' }
  /** `maxHold` is over, or a shadow has no pictures left: an operator has to decide. */
  | { readonly event: 'overdue' }
  /** A shadow has no answer of the live version to compare with: it has answered none of its requests. */
  | ({ readonly event: 'live-unanswered' } & Unanswered)
  | { readonly event: 'golden-pending' }
  /** `unchecked`: packages with parts that nothing has proven; absent: none. */
  | { readonly event: 'golden-passed'; readonly pictures: number; readonly unchecked?: readonly UncheckedPackage[] }
  | { readonly event: 'golden-failed'; readonly failure: GoldenFailure }
  /** An operator's command moved all live traffic itself, to an earlier version. */
  | ({ readonly event: 'rolled-back' } & OperatorMove)
  /** An operator's command moved all live traffic itself, to a later version. */
  | ({ readonly event: 'moved-forward' } & OperatorMove)
  /** Recorded by another version of the rollout, with a sentence instead of a code. */
  | { readonly event: 'other'; readonly words: string };

/** An event's contribution to a verdict. */
export type EventFinding = { readonly kind: 'event'; readonly outcome: Outcome } & RolloutEvent;

/** One gate's contribution to a verdict, with all its numbers. */
export type Finding =
  /** The candidate's rate against live's. `carried`: earlier steps and replays; absent: none. */
  | {
      readonly kind: 'difference';
      readonly gate: Gate;
      readonly outcome: Outcome;
      readonly counts: TwoTallies;
      readonly carried?: Carried;
      readonly test: DifferenceTest;
      readonly alpha: Alpha;
    }
  /**
   * The candidate's own rate against a limit. `roll back`: proven to exceed it, and to be worse than live. `hold`:
   * proven to exceed it, while live fails alike. `promote`: not proven to exceed it, or proven to be better than live.
   */
  | {
      readonly kind: 'limit';
      readonly gate: Gate;
      readonly outcome: Outcome;
      readonly counts: TwoTallies;
      readonly limit: number;
      readonly alpha: Alpha;
    }
  /** A mean of values 0–1. `things`: what the values are of. */
  | {
      readonly kind: 'mean';
      readonly gate: Gate;
      readonly outcome: Outcome;
      readonly sample: Sample;
      readonly things: 'pictures' | 'requests';
      /** Only of replays that fail: live's requests of the day before, with which they are compared. */
      readonly live?: Tally;
      /** Only of the agreement: objects in all pictures. */
      readonly objects?: ShadowTally['objects'];
      readonly test: MeanTest;
      readonly alpha: Alpha;
    }
  /** The candidate against live by the same counts of people. */
  | {
      readonly kind: 'truth';
      readonly outcome: Outcome;
      readonly tally: TruthTally;
      readonly test: TruthTest;
      readonly alpha: Alpha;
    }
  /** The candidate's cold starts against those of live. */
  | ({
      readonly kind: 'coldStart';
      readonly outcome: 'promote' | 'hold';
      readonly test: ColdStartTest;
    } & KnownStarts)
  /** The candidate against live by the same labelled photos. */
  | {
      readonly kind: 'labels';
      readonly outcome: Outcome;
      readonly tally: LabelsTally;
      readonly test: TruthTest;
      readonly alpha: Alpha;
    }
  /** A minimum that the step requires: `ms` are milliseconds. */
  | {
      readonly kind: 'enough';
      readonly outcome: 'promote' | 'hold';
      readonly of: 'pictures' | 'requests' | 'ms';
      readonly have: number;
      readonly need: number;
    }
  /**
   * The pictures that a shadow has looked at, how many of them have different content, and how many different scenes.
   * `need`: its least scenes; absent: every picture counts.
   */
  | ({ readonly kind: 'scenes'; readonly outcome: 'promote' | 'hold'; readonly need?: number } & LookedAt)
  | EventFinding;

/** The finding of one kind. */
export type FindingOf<K extends Finding['kind']> = Extract<Finding, { readonly kind: K }>;

/** An outcome and the findings that it rests on. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly findings: readonly Finding[];
}
