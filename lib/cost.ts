/** What requests cost, for the dashboard's estimate. `docs/costs.md` has the same sum for a million pictures. */

import type { Target } from '../layers/runtime/build.ts';

/**
 * List prices in us-east-1, US dollars, November 2026; other regions differ by up to a half.
 * @see https://aws.amazon.com/lambda/pricing/ https://aws.amazon.com/api-gateway/pricing/ https://aws.amazon.com/s3/pricing/
 */
export const PRICE = {
  /** A GB of memory for a second. */
  gbSecond: { arm64: 0.0000133334, x64: 0.0000166667 },
  /** One invocation. */
  invocation: 0.0000002,
  /** One HTTP API call. */
  call: 0.000001,
  /** One S3 PUT. */
  put: 0.000005,
} as const;

/** What a picture costs besides computing: the call, the invocation, and the objects that are put. */
export interface RequestCost {
  readonly memoryMb: number;
  readonly arch: Target['arch'];
  /** Share of requests whose input is kept, 0–1. */
  readonly capture: number;
}

/** The picture and the result are always put. */
const PUTS = 2;

/** Dollars for a million milliseconds of computing, and for a million requests whatever they compute. */
export function costPerMillion({ memoryMb, arch, capture }: RequestCost): { milliseconds: number; requests: number } {
  const { gbSecond, invocation, call, put } = PRICE;
  return {
    milliseconds: 1000 * (memoryMb / 1024) * gbSecond[arch],
    requests: 1e6 * (invocation + call + (PUTS + capture) * put),
  };
}
