/** What would let a step end by itself that raises its alarm first. Pure. */

import { liveTrafficOf, mostDifferenceInAll, NOTHING_CARRIED } from '../evidence/carried.ts';
import type { WeightStep } from '../plan/steps.ts';
import { type Conditions, hasTraffic, type Stage, stageOf, type TrafficStage } from './stages.ts';
import { acceptedOf, failuresOf, rejectionsOf } from './version-counts.ts';

/** A gate's option, and the nearest value that the requests until the alarm prove. */
export type GateChange =
  | {
      readonly gate: 'errorRate' | 'rejectionRate';
      readonly option: 'margin' | 'liveMargin';
      readonly atLeast: number;
    }
  | { readonly option: 'minRequests'; readonly atMost: number };

/** A change of the plan that is enough by itself. */
export type Remedy =
  /** All of these. */
  | { readonly change: 'gates'; readonly gates: readonly GateChange[] }
  /** The candidate's share of live traffic. */
  | { readonly change: 'percent'; readonly percent: number }
  /** A longer time than this. */
  | { readonly change: 'maxHold'; readonly minutes: number };

/** Changes of the plan for a stage that waits longer than until its alarm. */
export function remediesFor(stage: Stage, conditions: Conditions): readonly Remedy[] {
  const { etaMinutes } = stage.wait;
  const gates = hasTraffic(stage) ? gateChanges(stage) : [];
  const percent = stage.step.kind === 'weight' ? percentFor(stage.step, stage, conditions) : undefined;
  return [
    ...(gates.length > 0 ? [{ change: 'gates', gates } as const] : []),
    ...(percent !== undefined ? [{ change: 'percent', percent } as const] : []),
    ...(etaMinutes !== undefined ? [{ change: 'maxHold', minutes: etaMinutes } as const] : []),
  ];
}

const SHARES: readonly number[] = [5, 10, 20, 30, 40, 50, 60, 70, 80, 90];

/** @returns undefined where no share is enough */
function percentFor(step: WeightStep, { index, carried }: Stage, conditions: Conditions): number | undefined {
  return SHARES.filter((percent) => percent > step.percent).find(
    (percent) => stageOf({ ...step, percent }, index, carried, conditions).wait.obstacle === undefined,
  );
}

function gateChanges(stage: TrafficStage): GateChange[] {
  const { step, traffic } = stage;
  const accepted = Math.floor(acceptedOf(traffic.candidate));
  return [
    ...marginChanges(stage, 'errorRate'),
    ...marginChanges(stage, 'rejectionRate'),
    ...(accepted < step.minRequests ? [{ option: 'minRequests', atMost: accepted } as const] : []),
  ];
}

function marginChanges(
  { step, traffic, carried, usual }: TrafficStage,
  gate: 'errorRate' | 'rejectionRate',
): GateChange[] {
  const test = step.tests[gate];
  // A bake compares errors with a limit.
  if (!test || (step.kind === 'bake' && gate === 'errorRate')) return [];
  const tallyOf = gate === 'errorRate' ? failuresOf : rejectionsOf;
  const counts = {
    candidate: tallyOf(traffic.candidate),
    live: tallyOf(traffic.live),
    usual: gate === 'errorRate' ? usual.failures : usual.rejections,
  };
  const before = carried[gate] ?? NOTHING_CARRIED;
  const byAll = mostDifferenceInAll(counts, before, step.alpha.promote);
  const byLive = mostDifferenceInAll(counts, liveTrafficOf(before), step.alpha.promote);
  const { liveMargin } = test as { readonly liveMargin?: number };
  return [
    ...(byAll >= test.margin ? [{ gate, option: 'margin', atLeast: roundedUp(byAll) } as const] : []),
    ...(liveMargin !== undefined && byLive >= liveMargin
      ? [{ gate, option: 'liveMargin', atLeast: roundedUp(byLive) } as const]
      : []),
  ];
}

/** To three decimals. */
function roundedUp(share: number): number {
  return Math.ceil(share * 1000) / 1000;
}
