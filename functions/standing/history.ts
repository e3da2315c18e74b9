import type { HistoryRow } from '../api/status-schemas.ts';
import type { TickRecord } from '../records/tick-record.ts';

/** The rollout's history: consecutive ticks that hold in the same step are one row. */
export function historyOf(audits: readonly TickRecord[]): HistoryRow[] {
  const rows: HistoryRow[] = [];
  for (const record of audits) {
    const last = rows.at(-1);
    const { at, tick, status, outcome, words, traffic } = record;
    const row = {
      from: at,
      until: at,
      first_tick: tick,
      last_tick: tick,
      step: record.step.words,
      status,
      outcome,
      words,
      traffic,
    };
    if (last && isSame(last, row)) rows[rows.length - 1] = { ...row, from: last.from, first_tick: last.first_tick };
    else rows.push(row);
  }
  return rows;
}

function isSame(a: HistoryRow, b: HistoryRow): boolean {
  const isHold = a.outcome === 'hold' && b.outcome === 'hold';
  return isHold && a.step === b.step && a.status === b.status && a.traffic === b.traffic;
}
