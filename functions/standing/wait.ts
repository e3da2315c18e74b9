import type { WaitStanding } from '../api/status-schemas.ts';
import { explainWait } from '../judge/explain-wait.ts';
import type { Wait } from '../judge/wait.ts';

/** What a step waits for, in the form of the status API. */
export function waitStanding(wait: Wait): WaitStanding {
  const { needs, expected, etaMinutes, obstacle } = wait;
  return {
    words: explainWait(wait),
    ...(expected !== undefined && { expected }),
    ...(etaMinutes !== undefined && { eta_minutes: etaMinutes }),
    ...(obstacle !== undefined && { obstacle }),
    needs: needs.map(({ of, unit, more, expected: proof, minutes }) => ({
      of,
      unit,
      ...(more !== undefined && { more }),
      ...(proof !== undefined && { expected: proof }),
      ...(minutes !== undefined && { eta_minutes: Math.ceil(minutes) }),
    })),
  };
}
