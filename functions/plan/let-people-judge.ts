import type { CheckedPlan, CheckedShadow } from './plan-schema.ts';
import { leastScenes } from './scenes.ts';

/**
 * The plan with people as the judge of its first shadow: for a candidate that agreement has rolled back.
 * @returns undefined without a shadow
 */
export function letPeopleJudge(plan: CheckedPlan): CheckedPlan | undefined {
  const first = plan.findIndex(({ kind }) => kind === 'shadow');
  if (first < 0) return undefined;
  return plan.map((phase, index) => (index === first && phase.kind === 'shadow' ? byPeople(phase) : phase));
}

function byPeople(phase: CheckedShadow): CheckedShadow {
  if (phase.judge === 'people') return phase;
  const { errorRate, latency, risk } = phase.gates;
  const { kind, pictures, scenes = leastScenes(phase), maxPictures, sample, maxHold } = phase;
  return {
    ...{ kind, pictures, scenes, maxPictures, sample, maxHold },
    judge: 'people',
    baseline: 'live',
    goal: 'better',
    gates: { agreement: false, countError: false, errorRate, latency, risk },
  };
}
