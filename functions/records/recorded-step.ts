import type { Step } from '../plan/steps.ts';

/** A step in a record: its kind and numbers for programs, its words for people. */
export interface RecordedStep {
  /** `unknown`: an older version of the rollout recorded words only. */
  readonly kind: Step['kind'] | 'unknown';
  /** The candidate's share of live traffic, percent; only with `weight`. */
  readonly percent?: number;
  /** Only with `shadow`. */
  readonly baseline?: 'live' | 'human';
  /** Only with a `shadow` that people or labels judge. */
  readonly judge?: 'people' | 'labels';
  /** `shadow of live`, `canary at 10 %`. */
  readonly words: string;
}

/** A step as records hold it. */
export function recordStep(step: Step): RecordedStep {
  const { kind } = step;
  return {
    kind,
    ...(kind === 'weight' && { percent: step.percent }),
    ...(kind === 'shadow' && { baseline: step.baseline }),
    ...(kind === 'shadow' && step.truth && { judge: 'people' as const }),
    ...(kind === 'shadow' && step.labels && { judge: 'labels' as const }),
    words: wordsOf(step),
  };
}

/** Whether both are the same step, field by field. */
export function sameStep(a: RecordedStep, b: RecordedStep): boolean {
  return (
    a.kind === b.kind &&
    a.percent === b.percent &&
    a.baseline === b.baseline &&
    a.judge === b.judge &&
    a.words === b.words
  );
}

function wordsOf(step: Step): string {
  switch (step.kind) {
    case 'golden':
      return 'golden gate';
    case 'shadow':
      if (step.truth) return 'shadow judged by people';
      if (step.labels) return 'shadow judged by labels';
      return `shadow of ${step.baseline === 'human' ? 'a human' : 'live'}`;
    case 'weight':
      return `canary at ${step.percent} %`;
    case 'full':
      return 'all traffic';
    case 'bake':
      return 'bake with all traffic';
    case 'done':
      return 'done';
  }
}
