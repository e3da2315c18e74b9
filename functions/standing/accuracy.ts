/** Reads the answers and decisions that estimates of accuracy rest on. */

import {
  type CountedAnswer,
  estimatePeriods,
  type Period,
  type PeriodEstimate,
  type SeenAnswer,
} from '../accuracy/periods.ts';
import { readDecisions } from '../api/preference-schemas.ts';
import { type StoredResult, storedResultSchema } from '../api/schemas.ts';
import { KEYS } from '../contract.ts';
import type { Objects } from '../platform/objects.ts';
import { idAt, resultId } from '../records/recorded-requests.ts';
import { countedAnswersOf, type DecidedResult, seenAnswerOf } from '../records/seen-answer.ts';

/** Objects that are read at the same time. */
const AT_A_TIME = 32;

/** Where results and decisions are. */
export interface AnswerStore {
  readonly endpoint: string;
  readonly objects: Pick<Objects, 'list' | 'findJson'>;
}

const DAY_MS = 86_400_000;

/** The last days until the end of today (UTC), the last one first. */
export function daysBefore(now: Date, days: number, length = 1): Period[] {
  const end = (Math.floor(now.getTime() / DAY_MS) + 1) * DAY_MS;
  return Array.from({ length: Math.floor(days / length) }, (_, back) => {
    return { from: end - (back + 1) * length * DAY_MS, to: end - back * length * DAY_MS };
  });
}

/** The last weeks until the end of today (UTC), the last one first. */
export function weeksBefore(now: Date, weeks: number): Period[] {
  return daysBefore(now, 7 * weeks, 7);
}

/** Largest numbers of objects to read. */
export interface Most {
  /** Pictures of each period. */
  readonly pictures: number;
  /** Decisions of all periods together. */
  readonly decisions: number;
}

/**
 * Estimates of the count error in each period. Without a decision of people, there are none, and nothing is read.
 * @throws StoreUnavailableError
 */
export async function readEstimates(
  store: AnswerStore,
  periods: readonly Period[],
  { pictures, decisions }: Most,
): Promise<PeriodEstimate[]> {
  const counted = await readCounted(store, decisions);
  if (counted.length === 0) return [];
  const seen: SeenAnswer[] = [];
  for (const period of periods) seen.push(...(await readSample(store, period, pictures)));
  return estimatePeriods(periods, seen, counted);
}

/**
 * The answers to pictures that people counted. Of more than `most` decisions, those that are read are chosen by the
 * last digits of their ids, which are random: the same ones each time.
 * @throws StoreUnavailableError
 */
async function readCounted({ endpoint, objects }: AnswerStore, most: number): Promise<CountedAnswer[]> {
  const prefix = KEYS.decisions(endpoint);
  const keys = await objects.list(prefix, { most: MOST_LISTED });
  const ids = keys.map((key) => key.slice(prefix.length).replace(/\.json$/, '')).toSorted(scattered);
  const read = await inTurns(ids.slice(0, most), async (id): Promise<DecidedResult[]> => {
    const json = await objects.findJson(KEYS.decision(endpoint, id));
    const decisions = json === undefined ? undefined : readDecisions(json);
    if (!decisions?.decision) return [];
    const result = await readResult({ endpoint, objects }, id);
    return result ? [{ result, decisions }] : [];
  });
  return countedAnswersOf(read.flat());
}

/** Most names of one listing: 20 requests to S3. */
const MOST_LISTED = 20_000;
/** Names that S3 lists in one request. */
const PAGE = 1000;
/** Listings of a period that has more: of each part, the first page. */
const PARTS = 24;

/**
 * A sample of a period's answers, evenly over its pictures; where a part of it has more than a page, evenly over the
 * parts.
 * @throws StoreUnavailableError
 */
async function readSample(store: AnswerStore, period: Period, most: number): Promise<SeenAnswer[]> {
  const first = await firstIds(store, period);
  const ids = first.length < PAGE ? first : (await inTurns(partsOf(period), (part) => firstIds(store, part))).flat();
  const every = Math.max(1, ids.length / most);
  const chosen = Array.from({ length: Math.min(most, ids.length) }, (_, at) => ids[Math.floor(at * every)] as string);
  const read = await inTurns(chosen, (id) => readResult(store, id));
  return read.flatMap((result) => (result && seenAnswerOf(result)) ?? []);
}

function partsOf({ from, to }: Period): Period[] {
  const start = (part: number) => Math.round(from + (part * (to - from)) / PARTS);
  return Array.from({ length: PARTS }, (_, part) => ({ from: start(part), to: start(part + 1) }));
}

/** Of captured requests and uploads, whose names are in order of time; where there are none, of HTTP requests. */
async function firstIds({ endpoint, objects }: AnswerStore, { from, to }: Period): Promise<string[]> {
  const [start, end] = [idAt(from), idAt(to)];
  const named = async (prefix: string) => {
    const keys = await objects.list(prefix, { after: `${prefix}${start}`, most: PAGE });
    return keys.map((key) => key.slice(prefix.length)).filter((name) => name < end);
  };
  const captured = await named(KEYS.inputs(endpoint));
  const names = captured.length > 0 ? captured : await named(KEYS.results(endpoint));
  return names.map((name) => resultId(name.replace(/\.json$/, '')));
}

/** @returns undefined where it was deleted, or is no result */
async function readResult({ endpoint, objects }: AnswerStore, id: string): Promise<StoredResult | undefined> {
  return storedResultSchema.safeParse(await objects.findJson(KEYS.result(endpoint, id))).data;
}

async function inTurns<T, R>(values: readonly T[], read: (value: T) => Promise<R>): Promise<R[]> {
  const all: R[] = [];
  for (let at = 0; at < values.length; at += AT_A_TIME) {
    all.push(...(await Promise.all(values.slice(at, at + AT_A_TIME).map(read))));
  }
  return all;
}

/** By the last digits of an id, which are random. */
function scattered(a: string, b: string): number {
  return a.slice(-8) < b.slice(-8) ? -1 : 1;
}
