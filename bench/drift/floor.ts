/** How soon a shift of the labels can be found at best, by a monitor that knows both mixes. */

import { ALARM_AT } from '../../functions/drift/detector.ts';
import { binsOf } from '../../functions/drift/features.ts';
import { SketchBuilder } from '../../functions/drift/sketch.ts';
import type { Row } from './pools.ts';

/** What the main labels of two pools tell. */
export interface Floor {
  /** Kullback–Leibler divergence of a scene after the shift from one before, nats. */
  readonly nats: number;
  /** Scenes in which that adds up to an alarm. */
  readonly scenes: number;
}

/** Scenes that each label has besides, so that one which is missing before is no proof (Jeffreys). */
const BESIDES = 0.5;

/**
 * No rule with a mean time of γ before a false alarm has, at the worst, a mean delay under ln γ by the divergence, as γ
 * grows (Lorden, Procedures for reacting to a change in distribution, Ann. Math. Stat. 42, 1971).
 */
export function floorOf(before: readonly Row[], after: readonly Row[]): Floor {
  const [usual, shifted] = [mainLabelsOf(before), mainLabelsOf(after)];
  const labels = [...new Set([...Object.keys(usual), ...Object.keys(shifted)])];
  const shares = (weights: Readonly<Record<string, number>>) => {
    const all = labels.map((label) => (weights[label] ?? 0) + BESIDES);
    const total = all.reduce((sum, each) => sum + each, 0);
    return all.map((each) => each / total);
  };
  const [p, q] = [shares(shifted), shares(usual)];
  const nats = p.reduce((sum, each, index) => sum + each * Math.log(each / (q[index] as number)), 0);
  return { nats, scenes: ALARM_AT / nats };
}

function mainLabelsOf(rows: readonly Row[]): Readonly<Record<string, number>> {
  const builder = new SketchBuilder();
  for (const row of rows) builder.add(binsOf({ time: 0, ...row }), 1);
  return builder.sketch().mainLabels;
}
