import type { Step } from '../plan/steps.ts';
import type { RolloutState } from './state.ts';

/** The routing of live traffic: all to `version`, but `candidate.percent` of it to `candidate.version`. */
export interface Routing {
  readonly version: string;
  readonly candidate?: { readonly version: string; readonly percent: number };
}

/**
 * The routing of live traffic that a rollout's state requires. Every tick applies it to the alias, so that a repeated
 * tick confirms or corrects what a killed one left.
 * @returns undefined where the rollout must not move the alias, because someone else has moved it
 */
export function routingOf(steps: readonly Step[], state: RolloutState): Routing | undefined {
  const { live, candidate, status } = state;
  if (status === 'stopped') return undefined;
  if (status === 'rolled back' || status === 'superseded') return { version: live };
  const step = steps[state.step];
  switch (step?.kind) {
    case 'weight':
      return { version: live, candidate: { version: candidate, percent: step.percent } };
    case 'full':
    case 'bake':
    case 'done':
      return { version: candidate };
    default:
      return { version: live };
  }
}

/** A routing in words: `version 3: 90 %, version 4: 10 %`. */
export function describeRouting({ version, candidate }: Routing): string {
  if (!candidate) return `version ${version}: 100 %`;
  const rest = roundPercent(100 - candidate.percent);
  return `version ${version}: ${rest} %, version ${candidate.version}: ${candidate.percent} %`;
}

/** Whether both send the same shares to the same versions. */
export function sameRouting(a: Routing, b: Routing): boolean {
  return (
    a.version === b.version &&
    a.candidate?.version === b.candidate?.version &&
    a.candidate?.percent === b.candidate?.percent
  );
}

/**
 * The routing without the version's share.
 * @returns undefined where the version has no share, or all traffic: only a judge or an operator can say then that
 *   another version is better
 */
export function withoutShare({ version, candidate }: Routing, of: string): Routing | undefined {
  if (candidate?.version === of) return { version };
  return version === of && candidate ? { version: candidate.version } : undefined;
}

/** Weights have two decimals of a percent; floats make 0.07 · 100 into 7.000000000000001. */
export function roundPercent(percent: number): number {
  return Math.round(percent * 100) / 100;
}
