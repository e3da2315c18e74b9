import { KEYS } from '../contract.ts';
import type { Objects } from '../platform/objects.ts';
import { idAt, type Search, timeOf } from './recorded-requests.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
/** Most names that are listed: one request to S3. */
const MOST_LISTED = 1000;

/**
 * Requests of a minute that a shadow can replay, by those recorded in the last day; with very many, by its first ones.
 * @throws StoreUnavailableError
 */
export async function recordedPerMinute(
  objects: Pick<Objects, 'list'>,
  { endpoint, sample, now }: Omit<Search, 'most'>,
): Promise<number> {
  const prefix = KEYS.inputs(endpoint);
  const from = now.getTime() - DAY_MS;
  const keys = await objects.list(prefix, { after: `${prefix}${idAt(from)}`, most: MOST_LISTED });
  const last = keys.at(-1);
  const isAll = keys.length < MOST_LISTED || last === undefined;
  const minutes = (isAll ? DAY_MS : Math.max(1, timeOf(last.slice(prefix.length)) - from)) / MINUTE_MS;
  return (keys.length * sample) / minutes;
}
