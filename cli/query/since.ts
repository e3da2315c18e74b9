import { InvalidArgumentError } from 'commander';
import { dayOf } from '../../functions/tables/rows.ts';

const DAY_MS = 86_400_000;

/** The first day of `--since`: a day in UTC, or empty for all. */
export type Since = string;

/**
 * Reads `--since`. Days are whole ones in UTC: `7d` begins at the start of the day seven days ago.
 * @throws InvalidArgumentError
 */
export function sinceOf(text: string, now: Date): Since {
  if (text === 'all') return '';
  const days = /^(\d{1,4})d$/.exec(text)?.[1];
  if (days !== undefined) return dayOf(now.getTime() - Number(days) * DAY_MS);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && dayOf(Date.parse(text)) === text;
  if (isDay) return text;
  throw new InvalidArgumentError(`Expected days (7d), a day in UTC (2026-11-26) or all, received ${text}.`);
}
