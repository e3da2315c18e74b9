import { kindOf } from './check-phase.ts';
import { DEFAULTS } from './defaults.ts';
import type { Fault } from './fault.ts';

type Values = Readonly<Record<string, unknown>>;

/**
 * Margins for live requests alone in a plan whose phases replay no requests: there, `margin` is for live requests
 * alone, too. Reads the declared plan. The default is no fault, because a checked plan has it.
 * @param path of the plan
 */
export function liveMarginFaults(declared: readonly unknown[], path: string): readonly Fault[] {
  if (declared.some((phase) => kindOf(phase) === 'shadow' && (phase as Values).judge !== 'labels')) return [];
  return declared.flatMap((phase, index) => {
    const kind = kindOf(phase);
    if (kind !== 'canary' && kind !== 'linear') return [];
    const gates = valuesOf((phase as Values).gates);
    return (['errorRate', 'rejectionRate'] as const).flatMap((name) => {
      const { liveMargin: value, margin = DEFAULTS.traffic[name].margin } = valuesOf(gates[name]);
      if (value === undefined || value === Math.max(Number(margin), DEFAULTS.traffic.liveMargin)) return [];
      const expected = 'Expected no liveMargin without a shadow that replays requests, where it would have no effect';
      return [{ path: `${path}[${index}].gates.${name}.liveMargin`, expected, value }];
    });
  });
}

function valuesOf(value: unknown): Values {
  return typeof value === 'object' && value !== null ? (value as Values) : {};
}
