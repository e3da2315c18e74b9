/** Refuses plans that make no sense, with every fault at once, and fills in the defaults. */

import { type Fault, schemaFaults } from './fault.ts';
import { type CheckedPhase, type CheckedPlan, PHASE_SCHEMAS } from './plan-schema.ts';
import { proofFaults } from './provable.ts';
import { stepsOf, weightBefore, weightsOf } from './steps.ts';

/** What a plan is checked against: the endpoint it is for. */
export interface PlanContext {
  /** What the endpoint answers: a human's decision is a count. */
  readonly kind: 'count' | 'predict';
  /** Share of HTTP requests whose picture is kept, 0–1: what a shadow replays. */
  readonly capture: number;
  /** How much traffic is expected, if known; then gates that could never have enough of it are refused. */
  readonly requestsPerMinute?: number;
  /** Where the plan stands, for the paths of faults. Default `rollout`. */
  readonly path?: string;
}

/** A plan with its defaults, or what is wrong with it. */
export interface CheckResult {
  /** Only where there are no faults. */
  readonly plan?: CheckedPlan;
  readonly faults: readonly Fault[];
}

/**
 * Checks a plan, each phase and how they go together.
 * @param declared what the endpoint's `rollout` says, or JSON of it
 */
export function checkPlan(declared: unknown, context: PlanContext): CheckResult {
  const path = context.path ?? 'rollout';
  if (!Array.isArray(declared) || declared.length === 0) {
    return { faults: [{ path, expected: 'Expected a list of at least one phase', value: declared }] };
  }
  const phases = declared.map((phase, index) => checkPhase(phase, `${path}[${index}]`));
  const plan = phases.map(({ phase }) => phase);
  const faults = [
    ...phases.flatMap((phase) => phase.faults),
    ...orderFaults(declared.map(kindOf), declared, path),
    ...growthFaults(plan, path),
    ...plan.flatMap((phase, index) => (phase ? endpointFaults(phase, `${path}[${index}]`, context) : [])),
  ];
  const sound = plan.filter((phase) => phase !== undefined);
  const indexes = plan.flatMap((phase, index) => (phase ? [index] : []));
  const pathOf = (phase: number) => `${path}[${indexes[phase]}]`;
  const proofs = stepsOf(sound).flatMap((step) => proofFaults(step, pathOf, context.requestsPerMinute));
  faults.push(...firstOfEachPath(proofs));
  return faults.length > 0 ? { faults } : { faults, plan: sound };
}

/** The many steps of one phase can say the same; the first is the smallest, with the least traffic. */
function firstOfEachPath(faults: readonly Fault[]): readonly Fault[] {
  return faults.filter(({ path }, index) => faults.findIndex((other) => other.path === path) === index);
}

interface CheckedOne {
  readonly phase?: CheckedPhase;
  readonly faults: readonly Fault[];
}

function kindOf(phase: unknown): unknown {
  return (phase as { kind?: unknown } | null)?.kind;
}

function checkPhase(phase: unknown, path: string): CheckedOne {
  const kind = kindOf(phase);
  if (typeof kind !== 'string' || !Object.hasOwn(PHASE_SCHEMAS, kind)) {
    const expected = 'Expected shadow({ … }), canary({ … }), linear({ … }) or blueGreen({ … })';
    return { faults: [{ path, expected, value: phase }] };
  }
  const parsed = PHASE_SCHEMAS[kind as keyof typeof PHASE_SCHEMAS].safeParse(phase);
  if (parsed.success) return { phase: parsed.data, faults: [] };
  return { faults: schemaFaults(parsed.error, phase, path) };
}

const TRAFFIC: readonly unknown[] = ['canary', 'linear', 'blueGreen'];

function orderFaults(kinds: readonly unknown[], declared: readonly unknown[], path: string): Fault[] {
  const faults = kinds.flatMap((kind, index) => {
    const at = { path: `${path}[${index}]`, value: kind };
    const firstTraffic = kinds.findIndex((each) => TRAFFIC.includes(each));
    if (kinds.slice(0, index).includes('blueGreen')) {
      return [{ ...at, expected: 'Expected nothing after blueGreen, which ends with all traffic moved' }];
    }
    if (kind === 'shadow' && firstTraffic >= 0 && firstTraffic < index) {
      return [{ ...at, expected: `Expected the shadow before ${path}[${firstTraffic}], which is live traffic` }];
    }
    return [];
  });
  if (kinds.some((kind) => TRAFFIC.includes(kind))) return faults;
  const expected =
    'Expected a canary, linear or blueGreen phase: without one all traffic moves at once, watched by nobody';
  return [...faults, { path, expected, value: declared }];
}

/** Weights have to grow from phase to phase. Phases that are at fault themselves are left out. */
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
      return [{ ...at, expected: `Expected a step that stays under 100 percent after ${before}` }];
    return first > before ? [] : [{ ...at, expected: `Expected more than the ${before} percent of the step before` }];
  });
}

/** What the endpoint cannot give to a phase, and gates that judge nothing. */
function endpointFaults(phase: CheckedPhase, path: string, { kind: endpoint, capture }: PlanContext): Fault[] {
  const faults: Fault[] = [];
  const { risk: _, minRequests: __, ...gates } = phase.gates as Record<string, unknown>;
  if (Object.values(gates).every((gate) => gate === false)) {
    faults.push({
      path: `${path}.gates`,
      expected: 'Expected at least one gate that is not false',
      value: phase.gates,
    });
  }
  if (phase.kind !== 'shadow') return faults;
  if (capture === 0) {
    faults.push({
      path,
      expected: 'Expected an endpoint with capture over 0: a shadow replays captured inputs',
      value: capture,
    });
  }
  if (phase.baseline === 'human' && endpoint === 'predict') {
    const expected = 'Expected "live": the decision of a human is a count, and this endpoint counts nothing';
    faults.push({ path: `${path}.baseline`, expected, value: 'human' });
  }
  if (phase.maxPictures < phase.pictures) {
    const expected = `Expected at least its pictures, ${phase.pictures}`;
    faults.push({ path: `${path}.maxPictures`, expected, value: phase.maxPictures });
  }
  return faults;
}
