/** How a shadow judges the candidate's answers. */
export interface JudgeOptions {
  /**
   * Baseline of the comparison: the live version's recorded answers, or a human's counts, sent with the request or
   * later. With `human`, the endpoint answers with the human's decision, never with a model's. Default `live`.
   */
  readonly baseline?: 'live' | 'human';
  /**
   * `agreement`: the candidate must answer as the baseline. `people`: they must find its answers more right than
   * live's, or its counts nearer to theirs, on pictures drawn at random among those on which the two differ. Default
   * `agreement`.
   */
  readonly judge?: 'agreement' | 'people';
  /** Only with judge `people`: `better` than live, or `notWorse` by `margin`. Default `better`. */
  readonly goal?: 'better' | 'notWorse';
  /** Only with goal `notWorse`: mean count error, over the pictures that differ. 0–1, exclusive. Default 0.1. */
  readonly margin?: number;
}
