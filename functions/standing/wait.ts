import type { WaitStanding } from '../api/status-schemas.ts';
import { explainWait } from '../judge/explain-wait.ts';
import type { After, Wait } from '../judge/wait.ts';

/** What a step waits for, in the form of the status API. */
export function waitStanding(wait: Wait): WaitStanding {
  const { needs, expected, etaMinutes, obstacle, came, after } = wait;
  return {
    words: explainWait(wait),
    ...(expected !== undefined && { expected }),
    ...(etaMinutes !== undefined && { eta_minutes: Math.ceil(etaMinutes) }),
    ...(obstacle !== undefined && { obstacle }),
    needs: needs.map(({ of, unit, more, expected: proof, minutes }) => ({
      of,
      unit,
      ...(more !== undefined && { more }),
      ...(proof !== undefined && { expected: proof }),
      ...(minutes !== undefined && { eta_minutes: Math.ceil(minutes) }),
    })),
    ...(came && { came }),
    ...(after && { after: afterStanding(after) }),
  };
}

function afterStanding({ steps, minutes }: After): NonNullable<WaitStanding['after']> {
  return { steps, ...(minutes !== undefined && { eta_minutes: Math.ceil(minutes) }) };
}
