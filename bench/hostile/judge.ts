import type { HostileRequest } from './bodies.ts';
import type { Retained } from './retained.ts';

/** Longest time of an answer, on one core. */
const MAX_MS = 3000;
/** Growth of what a function keeps, its objects and buffers, from the second sample to the last: the first is early. */
const MAX_GROWTH = 0.05;
/** Growth of its resident memory from the first half to the second, because native memory becomes fragmented. */
const MAX_FRAGMENTATION = 0.1;
/** What a laptop keeps of a request while it stores its objects, which are on disk with their metadata. Kilobytes. */
const MAX_PER_REQUEST = 0.5;

/** The answer to a request. */
export interface Answer {
  readonly index: number;
  readonly kind: HostileRequest['kind'];
  readonly status: number;
  readonly ms: number;
}

/** Memory after a garbage collection. */
export interface Sample {
  /** Number of requests before. */
  readonly requests: number;
  /** Of the function that gets the requests; undefined where its process ended. */
  readonly worker: Retained | undefined;
  readonly laptop: Retained;
}

/**
 * What is wrong, in sentences.
 * @param emptied after the objects of the run were deleted, as their expiry does: then its memory is back
 */
export function faultsOf(answers: readonly Answer[], samples: readonly Sample[], emptied: Retained): string[] {
  const failed = answers.filter(({ status, ms }) => status >= 500 || ms > MAX_MS);
  return [
    ...failed.map(({ index, kind, status, ms }) => `request ${index} (${kind}): ${status} in ${Math.round(ms)} ms`),
    ...workerFaults(samples.map(({ worker }) => worker)),
    ...laptopFaults(samples),
    ...emptiedFaults(samples, emptied),
  ];
}

function workerFaults(samples: readonly (Retained | undefined)[]): string[] {
  const alive = samples.filter((sample) => sample !== undefined);
  if (alive.length < samples.length) return ['the process of the function ended'];
  const kept = alive.map(keptBy);
  const resident = alive.map((sample) => sample.resident);
  const half = Math.ceil(resident.length / 2);
  return [
    ...grown('the function keeps', [kept[1] ?? kept[0], kept.at(-1)], MAX_GROWTH),
    ...grown('the function is', [highest(resident.slice(0, half)), highest(resident.slice(half))], MAX_FRAGMENTATION),
  ];
}

function laptopFaults(samples: readonly Sample[]): string[] {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || first === last) return [];
  const growth = keptBy(last.laptop) - keptBy(first.laptop);
  const perRequest = growth / (last.requests - first.requests);
  if (perRequest <= MAX_PER_REQUEST) return [];
  return [`the laptop keeps ${perRequest.toFixed(1)} KB of each request`];
}

function emptiedFaults([first, ...others]: readonly Sample[], emptied: Retained): string[] {
  if (!first || others.length === 0) return [];
  return grown('without the objects of the run, the laptop is', [keptBy(first.laptop), keptBy(emptied)], MAX_GROWTH);
}

function grown(what: string, [before = 0, after = 0]: readonly (number | undefined)[], most: number): string[] {
  return after > before * (1 + most) ? [`${what} ${mb(before)} large, later ${mb(after)}`] : [];
}

function highest(values: readonly number[]): number {
  return Math.max(0, ...values);
}

function keptBy({ heap, external }: Retained): number {
  return heap + external;
}

/** A sample in words. */
export function describe({ requests, worker, laptop }: Sample): string {
  return `after ${requests}: function ${worker ? memoryOf(worker) : 'ended'}; laptop ${memoryOf(laptop)}`;
}

/** What a process keeps, in words. */
export function memoryOf(of: Retained): string {
  return `keeps ${mb(keptBy(of))}, resident ${mb(of.resident)}`;
}

/** Kilobytes in words. */
function mb(kilobytes: number): string {
  return `${(kilobytes / 1024).toFixed(1)} MB`;
}
