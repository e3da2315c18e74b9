import type { HostileRequest } from './bodies.ts';

/** Longest time of an answer, on one core. */
const MAX_MS = 3000;
/** Growth of a function's memory from the third quarter of the requests to the fourth, each by its highest sample. */
const MAX_GROWTH = 0.05;

/** The answer to a request. */
export interface Answer {
  readonly index: number;
  readonly kind: HostileRequest['kind'];
  readonly status: number;
  readonly ms: number;
}

/** Memory of the function that gets the requests, kilobytes; undefined where its process ended. */
export type Sample = number | undefined;

/** What is wrong, in sentences. */
export function faultsOf(answers: readonly Answer[], samples: readonly Sample[]): string[] {
  const failed = answers.filter(({ status, ms }) => status >= 500 || ms > MAX_MS);
  const [third, fourth] = [
    samples.slice(samples.length / 2, samples.length * 0.75),
    samples.slice(samples.length * 0.75),
  ];
  const [before, after] = [third, fourth].map((some) => Math.max(0, ...some.map((sample) => sample ?? 0)));
  const hasGrown = Number(after) > Number(before) * (1 + MAX_GROWTH);
  return [
    ...failed.map(({ index, kind, status, ms }) => `request ${index} (${kind}): ${status} in ${Math.round(ms)} ms`),
    ...(samples.includes(undefined) ? ['the process of the function ended'] : []),
    ...(hasGrown ? [`the function grew from ${mb(Number(before))} to ${mb(Number(after))}`] : []),
  ];
}

/** Kilobytes in words. */
export function mb(kilobytes: number): string {
  return `${Math.round(kilobytes / 1024)} MB`;
}
