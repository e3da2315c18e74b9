import { KEYS } from '../contract.ts';
import type { Objects } from '../platform/objects.ts';

/**
 * How far back the first search goes, growing until there are enough pictures: five minutes to a month. Milliseconds.
 */
const WINDOWS_MS = [1 / 12, 1, 6, 24, 7 * 24, 31 * 24].map((hours) => hours * 3_600_000);
const LONGEST_WINDOW_MS = Math.max(...WINDOWS_MS);
/** Most keys that one search lists, because a busy endpoint records millions of requests in a month. */
const MOST_KEYS = 20_000;

/** A search for recorded requests. */
export interface Search {
  readonly endpoint: string;
  /** Share of the recorded requests, 0–1. */
  readonly sample: number;
  /** Most ids to return. */
  readonly most: number;
  readonly now: Date;
}

/**
 * Names of recorded requests in order of time: with a cursor those after it, without one the last ones before now. A
 * name is the UUIDv7 of an HTTP request, or the `uploadName` of an upload, so its alphabetical order is that of time.
 * @param cursor the last name of the previous search
 * @throws StoreUnavailableError
 */
export async function recordedIds(objects: Objects, search: Search, cursor?: string): Promise<string[]> {
  const prefix = KEYS.inputs(search.endpoint);
  const chosen = async (after: string, most = MOST_KEYS) => {
    const keys = await objects.list(prefix, { after: `${prefix}${after}`, most });
    return keys.map((key) => key.slice(prefix.length)).filter((id) => isSampled(id, search.sample));
  };
  if (cursor !== undefined) {
    // So many that the chance of none in the sample is one in a billion, because the cursor must advance.
    const enough = Math.min(MOST_KEYS, Math.ceil((2 * search.most + 20) / search.sample));
    return (await chosen(cursor, enough)).slice(0, search.most);
  }
  for (const window of WINDOWS_MS) {
    const ids = await chosen(idAt(search.now.getTime() - window));
    if (ids.length >= search.most || window === LONGEST_WINDOW_MS) return ids.slice(-search.most);
  }
  return [];
}

/** A request that a human has decided. */
export interface Decided {
  readonly id: string;
  /** Entity tag of the decision: another one for each correction. */
  readonly tag: string;
}

/**
 * Last month's requests that a human has decided, in order of time: decisions are kept longer than pictures.
 * Without uploads by an S3 client, whose ids are no UUIDs and in no order of time.
 * @throws StoreUnavailableError
 */
export async function decided(objects: Objects, search: Search): Promise<Decided[]> {
  const prefix = KEYS.decisions(search.endpoint);
  const after = `${prefix}${idAt(search.now.getTime() - LONGEST_WINDOW_MS)}`;
  const found = await objects.listTagged(prefix, { after, most: MOST_KEYS });
  return found.flatMap(({ key, tag }) => {
    const id = key.slice(prefix.length).replace(/\.json$/, '');
    return id.includes('-') && isSampled(id, search.sample) ? [{ id, tag }] : [];
  });
}

/**
 * Name of an answered upload among the captured inputs: its id alone is not in order of time.
 * @param created milliseconds, of the result
 */
export function uploadName(created: number, id: string): string {
  return `${idAt(created)}.${id}`;
}

/** Id of the result of a recorded request. */
export function resultId(name: string): string {
  return name.split('.').at(-1) ?? name;
}

/**
 * The smallest UUIDv7 of a time: its first 48 bits are milliseconds since the epoch (RFC 9562). A listing can start
 * from it.
 */
export function idAt(milliseconds: number): string {
  const hex = Math.max(0, milliseconds).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7`;
}

/** Time of a name, milliseconds: the inverse of `idAt`. */
export function timeOf(name: string): number {
  return Number.parseInt(name.replace('-', '').slice(0, 12), 16);
}

/**
 * By the id, not at random, so that a repeated tick takes the same sample. The 28 bits after the UUID's variant, which
 * is the same in all, and before those that chose what is captured.
 */
export function isSampled(id: string, share: number): boolean {
  return Number.parseInt(id.replaceAll('-', '').slice(-15, -8), 16) / 2 ** 28 < share;
}
