import { KEYS } from '../contract.ts';
import type { Objects } from '../platform/objects.ts';
import { idAt, isSampled, type Search } from './recorded-requests.ts';

const HOUR_MS = 3_600_000;
/** Windows before now, the first one that has enough requests: a day, the month that pictures are kept. */
const WINDOWS_MS = [24 * HOUR_MS, 31 * 24 * HOUR_MS];
/** Most names of one listing: 20 requests to S3. */
const MOST_LISTED = 20_000;
/** Parts of a window that has more requests than one listing: each part gets the same number. */
const PARTS = 48;

/**
 * Names of recorded requests, spread over the last day, or over the last month where a day has too few: not the last
 * ones, which may all come from one caller within seconds. Chosen by name, not at random, so that a repeated tick takes
 * the same ones. In an order in which every beginning of the list is spread, too.
 * @throws StoreUnavailableError
 */
export async function spreadNames(objects: Pick<Objects, 'list'>, search: Search): Promise<string[]> {
  let names: readonly string[] = [];
  for (const window of WINDOWS_MS) {
    names = await namesOf(objects, search, window);
    if (names.length >= search.most) break;
  }
  const every = Math.max(1, names.length / search.most);
  const chosen = Array.from(
    { length: Math.min(names.length, search.most) },
    (_, at) => names[Math.floor(at * every)] ?? '',
  );
  return chosen.toSorted((a, b) => (scattered(a) < scattered(b) ? -1 : 1));
}

/** All names of a window, in order of time; of a busy one, the first names of each part. */
async function namesOf(objects: Pick<Objects, 'list'>, search: Search, windowMs: number): Promise<readonly string[]> {
  const from = search.now.getTime() - windowMs;
  const all = await listed(objects, search, from, MOST_LISTED);
  if (all.length < MOST_LISTED) return all.filter((name) => isSampled(name, search.sample));
  const partMs = windowMs / PARTS;
  const most = Math.ceil((2 * search.most) / PARTS / search.sample);
  const parts: string[] = [];
  for (let part = 0; part < PARTS; part++) {
    const end = idAt(from + (part + 1) * partMs);
    const names = await listed(objects, search, from + part * partMs, Math.min(most, MOST_LISTED));
    parts.push(...names.filter((name) => name < end));
  }
  return parts.filter((name) => isSampled(name, search.sample));
}

async function listed(objects: Pick<Objects, 'list'>, { endpoint }: Search, from: number, most: number) {
  const prefix = KEYS.inputs(endpoint);
  const keys = await objects.list(prefix, { after: `${prefix}${idAt(from)}`, most });
  return keys.map((key) => key.slice(prefix.length));
}

/** The last digits of a name are random. */
function scattered(name: string): string {
  return name.slice(-8);
}
