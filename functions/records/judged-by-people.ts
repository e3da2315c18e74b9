import type { Alpha } from '../plan/steps.ts';
import type { TruthTest } from '../plan/truth-test.ts';
import type { DifferingPicture } from './drawn-pictures.ts';

/** The pictures that people judge in a shadow: `rollouts/…/people.json`. */
export interface JudgedByPeople {
  readonly updated_at: string;
  readonly test: TruthTest;
  readonly alpha: Alpha;
  /** All drawn pictures, with the counts of both versions. */
  readonly pictures: readonly Pick<DifferingPicture, 'id' | 'live' | 'candidate'>[];
  /** Ids of those that wait for a decision. */
  readonly open: readonly string[];
}
