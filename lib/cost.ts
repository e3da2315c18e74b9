/** Cost of requests, for the dashboard's estimate. `docs/costs.md` has the same sum for a million pictures. */

import type { Target } from '../layers/runtime/build.ts';

/**
 * List prices in us-east-1, US dollars, November 2026; other regions differ by up to a half.
 * @see https://aws.amazon.com/lambda/pricing/
 * @see https://aws.amazon.com/api-gateway/pricing/
 * @see https://aws.amazon.com/s3/pricing/
 */
export const PRICE = {
  /** One GB of memory for one second. */
  gbSecond: { arm64: 0.0000133334, x64: 0.0000166667 },
  /** One invocation. */
  invocation: 0.0000002,
  /** One HTTP API call. */
  call: 0.000001,
  /** One S3 PUT. */
  put: 0.000005,
} as const;

/** What the cost of a request depends on. */
export interface RequestCost {
  readonly memoryMb: number;
  readonly arch: Target['arch'];
  /** Share of requests whose input is stored, 0–1. */
  readonly capture: number;
}

/** Each request stores the annotated picture and the result. */
const PUTS = 2;

/** US dollars for a million milliseconds of computing, and for a million requests without computing. */
export function costPerMillion({ memoryMb, arch, capture }: RequestCost): { milliseconds: number; requests: number } {
  const { gbSecond, invocation, call, put } = PRICE;
  return {
    milliseconds: 1000 * (memoryMb / 1024) * gbSecond[arch],
    requests: 1e6 * (invocation + call + (PUTS + capture) * put),
  };
}
