/** The pictures that people judge in a shadow: `rollouts/…/people.json`. */
export interface JudgedByPeople {
  readonly updated_at: string;
  /** Ids of all drawn pictures. */
  readonly pictures: readonly string[];
  /** Those that wait for a decision. */
  readonly open: readonly string[];
}
