import type { LabelledSet } from './labelled-set.ts';

/** How a shadow judges the candidate's answers. */
export interface JudgeOptions {
  /**
   * Baseline of the comparison: the live version's recorded answers, or a human's counts, sent with the request or
   * later. With `human`, the endpoint answers with the human's decision, never with a model's. Default `live`.
   */
  readonly baseline?: 'live' | 'human';
  /**
   * `agreement`: the candidate must answer as the baseline. `people`: they must find its answers more right than
   * live's, or its counts nearer to theirs, on pictures drawn at random among those on which the two differ. `labels`:
   * on the photos of `labels`, its answers must be better than live's, by AP50, or by the count error where only counts
   * are known. It needs no traffic. Default `agreement`.
   */
  readonly judge?: 'agreement' | 'people' | 'labels';
  /** The labelled photos. Required with judge `labels`, and only with it. */
  readonly labels?: LabelledSet;
  /** With judge `people` or `labels`: `better` than live, or `notWorse` by `margin`. Default `better`. */
  readonly goal?: 'better' | 'notWorse';
  /**
   * Only with goal `notWorse`. 0–1, exclusive. Judge `people`: mean count error, over the pictures that differ, default
   * 0.1. Judge `labels`: AP50 or mean count error, default 0.05.
   */
  readonly margin?: number;
}
