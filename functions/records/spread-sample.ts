import { KEYS } from '../contract.ts';
import type { Objects } from '../platform/objects.ts';
import { idAt, isSampled, type Search, timeOf } from './recorded-requests.ts';

const HOUR_MS = 3_600_000;
/** Windows before now, the first one that has enough requests: a day, the month that pictures are kept. */
const WINDOWS_MS = [24 * HOUR_MS, 31 * 24 * HOUR_MS];
/** Most names of one listing: 20 requests to S3. */
const MOST_LISTED = 20_000;
/** Most parts of a window that has more requests than one listing: in a day, a part has one and a half minutes. */
const MOST_PARTS = 1000;
/** Listings at a time. */
const AT_A_TIME = 20;

/**
 * Names of recorded requests, spread over the last day, or over the last month where a day has too few: not the last
 * ones, which may all come from one caller within seconds. Chosen by name, not at random, so that a repeated tick takes
 * the same ones. In an order in which every beginning of the list is spread, too, and which knows no answer.
 *
 * A name is the UUIDv7 of an HTTP request, or the `uploadName` of an upload, so its alphabetical order is that of time.
 * @param cursor the last name of the sample before: the next one is spread over the time since then
 * @throws StoreUnavailableError
 */
export async function spreadNames(
  objects: Pick<Objects, 'list'>,
  search: Search,
  cursor?: string,
): Promise<readonly string[]> {
  if (cursor !== undefined) return namesAfter(objects, search, cursor);
  let names: readonly string[] = [];
  for (const window of WINDOWS_MS) {
    names = await namesAfter(objects, search, idAt(search.now.getTime() - window));
    if (names.length >= search.most) break;
  }
  return names;
}

/** At most `most` names. Of few requests evenly many; of more than one listing has, the same number from each part. */
async function namesAfter(objects: Pick<Objects, 'list'>, search: Search, after: string): Promise<readonly string[]> {
  const all = await listed(objects, search, { after, most: MOST_LISTED });
  if (all.length >= MOST_LISTED) return namesOfParts(objects, search, after);
  const names = all.filter((name) => isSampled(name, search.sample));
  const every = Math.max(1, names.length / search.most);
  const count = Math.min(names.length, search.most);
  return Array.from({ length: count }, (_, at) => names[Math.floor(at * every)] ?? '').toSorted(scattered);
}

/** The first names of each part of a window. First come those that are the first of their part. */
async function namesOfParts(objects: Pick<Objects, 'list'>, search: Search, after: string): Promise<readonly string[]> {
  const parts = Math.max(1, Math.min(MOST_PARTS, search.most, Math.floor(10 * MOST_PARTS * search.sample)));
  const from = timeOf(after);
  const partMs = (search.now.getTime() - from) / parts;
  const each = Math.ceil(search.most / parts);
  // So many that the chance of none in the sample is one in a billion, because the cursor must advance.
  const most = Math.min(MOST_LISTED, Math.ceil((2 * each + 20) / search.sample));
  const firstOf = async (part: number) => {
    const startOf = (at: number) => idAt(Math.floor(from + at * partMs));
    const names = await listed(objects, search, { after: part === 0 ? after : startOf(part), most });
    const end = startOf(part + 1);
    return names.filter((name) => name < end && isSampled(name, search.sample)).slice(0, each);
  };
  const ranks: string[][] = Array.from({ length: each }, () => []);
  for (let part = 0; part < parts; part += AT_A_TIME) {
    const together = Array.from({ length: Math.min(AT_A_TIME, parts - part) }, (_, at) => firstOf(part + at));
    for (const names of await Promise.all(together)) names.forEach((name, rank) => void ranks[rank]?.push(name));
  }
  return ranks.flatMap((names) => names.toSorted(scattered)).slice(0, search.most);
}

async function listed(
  objects: Pick<Objects, 'list'>,
  { endpoint }: Search,
  { after, most }: { readonly after: string; readonly most: number },
) {
  const prefix = KEYS.inputs(endpoint);
  const keys = await objects.list(prefix, { after: `${prefix}${after}`, most });
  return keys.map((key) => key.slice(prefix.length));
}

/** By the last digits of a name, which are random. */
function scattered(a: string, b: string): number {
  return a.slice(-8) < b.slice(-8) ? -1 : 1;
}
