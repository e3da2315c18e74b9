/** The sentence about a drift that holds a rollout. */

import { counted } from '../plan/counted.ts';
import type { SeenDrift } from './drift-hold.ts';

/** Changes that are named besides the leading one. */
const MOST_OTHERS = 2;

/**
 * `the pictures have changed since 2026-11-24 14:00 UTC (found 2026-11-24 17:00 UTC): darker by 40 % (80 → 48); both
 * versions are compared over the same time, but the limits were set on other pictures`
 * @param others drifts that were found before this one, since the rollout began
 */
export function explainDriftHold({ of, changes, since, foundAt }: SeenDrift, others: number): string {
  const what = changes.length === 0 ? 'in many ways, each a little' : changes.slice(0, 1 + MOST_OTHERS).join(', ');
  const before = others === 0 ? '' : `, after ${counted(others, 'other drifts')} in this rollout`;
  return (
    `the ${of} have changed since ${timeOf(since)} (found ${timeOf(foundAt)}${before}): ${what}; both versions are ` +
    `compared over the same time, but the limits were set on other ${of}`
  );
}

/** `2026-11-24 14:00 UTC` */
function timeOf(milliseconds: number): string {
  const iso = new Date(milliseconds).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
