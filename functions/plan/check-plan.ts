/** Checks plans, reports every fault at once, and fills in the defaults. */

import { inWords, milliseconds } from './duration.ts';
import { type Fault, schemaFaults } from './fault.ts';
import { type CheckedPhase, type CheckedPlan, type CheckedShadow, PHASE_SCHEMAS } from './plan-schema.ts';
import { proofFaults } from './provable.ts';
import { stepsOf, weightBefore, weightsOf } from './steps.ts';

/** The endpoint that a plan is checked for. */
export interface PlanContext {
  /** A human's decision is a count, so only `count` can have a human as baseline. */
  readonly kind: 'count' | 'predict';
  /** Who answers callers. Default `model`. */
  readonly answeredBy?: 'model' | 'human';
  /** Share of requests and uploads, 0–1, that a shadow can replay. */
  readonly capture: number;
  /** Expected traffic; with it, phases that could never get enough requests or pictures are faults, too. */
  readonly requestsPerMinute?: number;
  /** Faults of a labelled set that only the stacks can find: the folder, its truth, its size. Default: none. */
  readonly setFaults?: (shadow: CheckedShadow, path: string) => readonly Fault[];
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
  const faults = [
    ...phases.flatMap((phase) => phase.faults),
    ...orderFaults(declared.map(kindOf), declared, path),
    ...growthFaults(plan, path),
    ...plan.flatMap((phase, index) => (phase ? endpointFaults(phase, `${path}[${index}]`, context) : [])),
  ];
  const sound = plan.filter((phase) => phase !== undefined);
  const indexes = plan.flatMap((phase, index) => (phase ? [index] : []));
  const pathOf = (phase: number) => `${path}[${indexes[phase]}]`;
  const proofs = proofFaults(stepsOf(sound), pathOf, context.requestsPerMinute);
  faults.push(...firstOfEachPath(proofs));
  return faults.length > 0 ? { faults } : { faults, plan: sound };
}

/** Because the steps of one phase repeat the same fault; the first step has the least traffic. */
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

/** Phases that the endpoint does not support, and phases without a gate. */
function endpointFaults(phase: CheckedPhase, path: string, context: PlanContext): Fault[] {
  const { kind: endpoint, capture, answeredBy } = context;
  const faults: Fault[] = [];
  const { risk: _, minRequests: __, coldStart: ___, ...gates } = phase.gates as Record<string, unknown>;
  const isJudged = phase.kind === 'shadow' && (phase.judge === 'people' || phase.judge === 'labels');
  if (!isJudged && Object.values(gates).every((gate) => gate === false)) {
    faults.push({
      path: `${path}.gates`,
      expected: 'Expected at least one gate that is not false',
      value: phase.gates,
    });
  }
  if (phase.kind !== 'shadow') return faults;
  if (answeredBy === 'human') {
    const expected = 'Expected no shadow: where a human answers, callers get no answer of a model to judge';
    return [...faults, { path, expected, value: phase.kind }];
  }
  if (phase.judge === 'labels') return [...faults, ...(context.setFaults?.(phase, `${path}.labels`) ?? [])];
  if (capture === 0) {
    faults.push({
      path,
      expected: 'Expected an endpoint with capture over 0: a shadow replays captured inputs',
      value: capture,
    });
  }
  if (phase.baseline === 'human' && endpoint === 'predict') {
    const expected = 'Expected "live": a human gives a count, and this endpoint does not count';
    faults.push({ path: `${path}.baseline`, expected, value: 'human' });
  }
  if (phase.maxPictures < phase.pictures) {
    const expected = `Expected at least ${phase.pictures}, the value of pictures`;
    faults.push({ path: `${path}.maxPictures`, expected, value: phase.maxPictures });
  }
  return [...faults, ...sceneFaults(phase, path), ...supplyFaults(phase, path, context)];
}

function sceneFaults({ scenes, repeats, maxPictures }: CheckedShadow, path: string): Fault[] {
  if (scenes === undefined) return [];
  const at = { path: `${path}.scenes`, value: scenes };
  if (repeats === 'count') {
    return [{ ...at, expected: 'Expected no scenes beside repeats "count", where they would have no effect' }];
  }
  return scenes <= maxPictures
    ? []
    : [{ ...at, expected: `Expected at most ${maxPictures}, the value of maxPictures` }];
}

/** A shadow that cannot get its least pictures before it raises its alarm. */
function supplyFaults(
  { baseline, pictures, sample, maxHold }: CheckedShadow,
  path: string,
  { capture, requestsPerMinute }: PlanContext,
): Fault[] {
  if (requestsPerMinute === undefined || baseline === 'human' || capture === 0) return [];
  const minutes = milliseconds(maxHold) / 60_000;
  const most = Math.floor(requestsPerMinute * minutes * capture * sample);
  if (pictures <= most) return [];
  const rate = `${requestsPerMinute} requests per minute with capture ${capture} and sample ${sample}`;
  const time = `${inWords(milliseconds(maxHold))} (maxHold)`;
  const expected = `Expected at most ${most}, the pictures that come in ${time} at ${rate}`;
  return [{ path: `${path}.pictures`, expected, value: pictures }];
}
