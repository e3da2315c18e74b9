/** Checks plans, reports every fault at once, and fills in the defaults. */

import { type CheckedOne, checkPhase, kindOf } from './check-phase.ts';
import { endpointFaults, type PlanEndpoint } from './endpoint-faults.ts';
import type { Fault } from './fault.ts';
import { liveMarginFaults } from './live-margin.ts';
import type { CheckedPhase, CheckedPlan } from './plan-schema.ts';
import { proofFaults } from './provable.ts';
import { stepsOf, weightBefore, weightsOf } from './steps.ts';

/** What a plan is checked for. */
export interface PlanContext extends PlanEndpoint {
  /** Path of the plan within the settings, for the paths of faults. Default `rollout`. */
  readonly path?: string;
}

/** A plan with its defaults, or its faults. */
export interface CheckResult {
  /** Only where there are no faults. */
  readonly plan?: CheckedPlan;
  readonly faults: readonly Fault[];
}

/** Because the state machine carries the plan from tick to tick, and Step Functions allows 256 KB of state. */
export const MOST_PHASES = 50;

/**
 * Checks a plan: each phase and their order.
 * @param declared the endpoint's `rollout` setting, or JSON of it
 */
export function checkPlan(declared: unknown, context: PlanContext): CheckResult {
  const path = context.path ?? 'rollout';
  if (!Array.isArray(declared) || declared.length === 0) {
    return { faults: [{ path, expected: 'Expected a list of at least one phase', value: declared }] };
  }
  if (declared.length > MOST_PHASES) {
    return { faults: [{ path, expected: `Expected at most ${MOST_PHASES} phases`, value: declared.length }] };
  }
  const phases = declared.map((phase, index) => checkPhase(phase, `${path}[${index}]`));
  const plan = phases.map(({ phase }) => phase);
  const ownFaults = phases.flatMap((phase) => phase.faults);
  const faults = [
    ...ownFaults,
    ...liveMarginFaults(declared, path).filter((fault) => ownFaults.every((own) => own.path !== fault.path)),
    ...orderFaults(declared.map(kindOf), declared, path),
    ...growthFaults(plan, path),
    ...phases.flatMap(({ phase, rest = phase, isTrue }, index) =>
      rest ? endpointFaults(rest, `${path}[${index}]`, context).filter(isTrue) : [],
    ),
    ...provableFaults(phases, path, context),
  ];
  return faults.length > 0 ? { faults } : { faults, plan: plan.filter((phase) => phase !== undefined) };
}

/** Of a shadow with faults, the rest takes part: without its replays, later phases would have false faults. */
function provableFaults(phases: readonly CheckedOne[], path: string, context: PlanContext): readonly Fault[] {
  const known = phases.flatMap(({ phase, rest, isTrue }, index) => {
    const used = phase ?? (rest?.kind === 'shadow' ? rest : undefined);
    return used ? [{ used, isTrue, at: `${path}[${index}]` }] : [];
  });
  const steps = stepsOf(known.map(({ used }) => used));
  const faults = proofFaults(steps, (phase) => known[phase]?.at ?? path, context.requestsPerMinute);
  return firstOfEachPath(faults).filter((fault) => known.every(({ isTrue }) => isTrue(fault)));
}

/** Because the steps of one phase repeat the same fault; the first step has the least traffic. */
function firstOfEachPath(faults: readonly Fault[]): readonly Fault[] {
  return faults.filter(({ path }, index) => faults.findIndex((other) => other.path === path) === index);
}

const TRAFFIC: readonly unknown[] = ['canary', 'linear', 'blueGreen'];

function orderFaults(kinds: readonly unknown[], declared: readonly unknown[], path: string): Fault[] {
  const faults = kinds.flatMap((kind, index) => {
    const at = { path: `${path}[${index}]`, value: kind };
    const firstTraffic = kinds.findIndex((each) => TRAFFIC.includes(each));
    if (kinds.slice(0, index).includes('blueGreen')) {
      return [{ ...at, expected: 'Expected no phase after blueGreen, which moves all traffic' }];
    }
    if (kind === 'shadow' && firstTraffic >= 0 && firstTraffic < index) {
      return [{ ...at, expected: `Expected the shadow before ${path}[${firstTraffic}], which uses live traffic` }];
    }
    return [];
  });
  if (kinds.some((kind) => TRAFFIC.includes(kind))) return faults;
  const expected = 'Expected a canary, linear or blueGreen phase: without one, no gate judges the live traffic';
  return [...faults, { path, expected, value: declared }];
}

/** Weights have to grow from phase to phase. Phases with faults of their own are left out. */
function growthFaults(plan: readonly (CheckedPhase | undefined)[], path: string): Fault[] {
  const known = plan.flatMap((phase, index) => (phase ? [{ phase, index }] : []));
  const phases = known.map(({ phase }) => phase);
  return known.flatMap(({ phase, index }, position) => {
    const before = weightBefore(phases, position);
    const [first] = weightsOf(phases, phase, position);
    if (phase.kind !== 'canary' && phase.kind !== 'linear') return [];
    const key = phase.kind === 'canary' ? 'percent' : phase.fromPercent === undefined ? 'stepPercent' : 'fromPercent';
    const at = { path: `${path}[${index}].${key}`, value: (phase as Record<string, unknown>)[key] };
    if (first === undefined)
      return [{ ...at, expected: `Expected a step from ${before} percent to less than 100 percent` }];
    return first > before ? [] : [{ ...at, expected: `Expected more than the ${before} percent of the step before` }];
  });
}
