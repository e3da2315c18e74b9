/** The scale and the limits of a gate. Without the DOM, so that they can be tested by themselves. */

import { inPercent } from '../../report/format.ts';
import type { EndpointStatus } from '../common/api.ts';

type Bounds = NonNullable<EndpointStatus['gates'][number]['bounds']>;

/**
 * Positions on a scale that holds both limits, 0–1. The scale starts at 0, or is symmetric around 0 where the interval
 * has negative numbers. Numbers beyond the scale are at its ends.
 */
export function positions({ at_least, at_most, promotes_below, rolls_back_above }: Bounds): (share: number) => number {
  const largest = Math.max(rolls_back_above, promotes_below ?? 0);
  // With a limit of 0, the sign of a difference decides, so all of the interval is of interest.
  const widest = largest === 0 ? Math.max(Math.abs(at_least), Math.abs(at_most)) : 0;
  const most = Math.max(2 * Math.max(largest, 0.001), widest);
  const least = at_least < 0 || at_most < 0 ? -most : 0;
  return (share) => Math.min(1, Math.max(0, (share - least) / (most - least)));
}

/** The limits of a gate as text in brackets, with a leading space. */
export function limitsText({
  promotes_below,
  rolls_back_above,
}: Pick<Bounds, 'promotes_below' | 'rolls_back_above'>): string {
  const rollback = `rolls back when proven over ${inPercent(rolls_back_above)}`;
  return promotes_below === undefined
    ? ` (${rollback})`
    : ` (${rollback}; otherwise promotes when proven under ${inPercent(promotes_below)})`;
}
