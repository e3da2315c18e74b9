/** The receipt of a run, as text and as JSON. Public: everything is redacted. */

import type { Terminal } from '../terminal/terminal.ts';
import { type Private, redact } from './redact.ts';
import type { Result, Row } from './result.ts';

/** A finished run. */
export interface Receipt {
  readonly deployment: string;
  /** Absent: unknown. */
  readonly region?: string;
  /** ISO 8601. */
  readonly at: string;
  readonly node: string;
  readonly isInterrupted: boolean;
  readonly seconds: number;
  readonly rows: readonly Row[];
}

const OUTCOMES = ['ok', 'warning', 'failed', 'skipped'] as const;
const COLOURS = { ok: 'green', warning: 'yellow', failed: 'red', skipped: 'dim' } as const;

/** The receipt for programs. */
export function receiptJson(receipt: Receipt, own: Private): string {
  const { rows, ...rest } = receipt;
  const text = JSON.stringify({ ...rest, ...countsOf(rows), checks: rows }, (_, value) =>
    typeof value === 'string' ? redact(value, own) : value,
  );
  return JSON.stringify(JSON.parse(text), null, 2);
}

/** A line for each check, and one for a remedy. */
export function receiptText(
  { deployment, region, at, node, isInterrupted, seconds, rows }: Receipt,
  own: Private,
  { paint }: Pick<Terminal, 'paint'>,
): string {
  const width = Math.max(...rows.map(({ check }) => check.length));
  const where = region === undefined ? '' : ` in ${region}`;
  const lines = rows.flatMap((row) => {
    const outcome = paint(COLOURS[row.outcome], row.outcome.padEnd(OUTCOME_WIDTH));
    const margin = ' '.repeat(OUTCOME_WIDTH + width + 4);
    const words = redact(row.words, own).replaceAll('\n', `\n${margin}`);
    return [`${outcome}  ${row.check.padEnd(width)}  ${words}`, ...remedyOf(row, own, margin)];
  });
  const counts = OUTCOMES.map((outcome) => `${countsOf(rows)[outcome]} ${outcome}`).join(', ');
  return [
    `npm run doctor: ${deployment}${where}, ${at}, Node ${node}`,
    ...lines,
    ...(isInterrupted ? ['interrupted: the other checks did not run'] : []),
    `${counts}, in ${seconds} s`,
  ].join('\n');
}

const OUTCOME_WIDTH = Math.max(...OUTCOMES.map((outcome) => outcome.length));

function remedyOf(result: Result, own: Private, margin: string): string[] {
  return 'remedy' in result ? [`${margin}remedy: ${redact(result.remedy, own)}`] : [];
}

function countsOf(rows: readonly Row[]): Record<(typeof OUTCOMES)[number], number> {
  const count = (outcome: Result['outcome']) => rows.filter((row) => row.outcome === outcome).length;
  return { ok: count('ok'), warning: count('warning'), failed: count('failed'), skipped: count('skipped') };
}
