import { DEFAULTS } from './defaults.ts';

/** Options of a shadow: which pictures are evidence. */
export interface SceneOptions {
  /**
   * Least different scenes. Pictures of the same content count once, and so do near neighbours: the same scene encoded
   * anew, and one camera within a minute. Whole number. Default 100, or `pictures` if that is less.
   */
  readonly scenes?: number;
  /**
   * `count`: every picture is evidence, however often it comes. For endpoints that really get few pictures again and
   * again: the certainty of a verdict is then about those pictures only. Not where people judge, and not with `scenes`.
   * Default `ignore`.
   */
  readonly repeats?: 'ignore' | 'count';
}

/**
 * Least different scenes of a step; absent: every picture counts, as in a rollout that an earlier release began, or a
 * labelled set judges.
 */
export interface LeastScenes {
  readonly scenes?: number | undefined;
}

/** The least and the most pictures of a shadow. */
interface Pictures {
  readonly pictures: number;
  readonly maxPictures?: number;
}

/** The scenes that a shadow needs where its plan does not say it. */
export function leastScenes({ pictures, maxPictures = pictures }: Pictures): number {
  return Math.min(DEFAULTS.shadow.scenes, pictures, maxPictures);
}

/** The declared phase with its default. */
export function withScenes<T extends SceneOptions & Pictures>(phase: T): T {
  if (phase.repeats === 'count' || phase.scenes !== undefined) return phase;
  return { ...phase, scenes: leastScenes(phase) };
}

/** The part of a step that says what counts. */
export function scenesOf({ scenes }: LeastScenes): LeastScenes {
  return scenes === undefined ? {} : { scenes };
}
