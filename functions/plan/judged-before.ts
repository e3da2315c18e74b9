import { DEFAULTS } from './defaults.ts';
import type { CheckedPhase, CheckedPlan } from './plan-schema.ts';

/**
 * The plan for a candidate that labels have proven to be better than live: its shadows do not judge agreement with
 * live, which such a candidate cannot have. They judge failures and latency, at least failures.
 */
export function judgedBefore(plan: CheckedPlan): CheckedPlan {
  return plan.map(withoutAgreement);
}

function withoutAgreement(phase: CheckedPhase): CheckedPhase {
  if (phase.kind !== 'shadow' || phase.baseline !== 'live' || (phase.judge ?? 'agreement') !== 'agreement')
    return phase;
  const errorRate = phase.gates.errorRate || DEFAULTS.shadow.errorRate;
  return { ...phase, gates: { ...phase.gates, agreement: false, countError: false, errorRate } } as CheckedPhase;
}
