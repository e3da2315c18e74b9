/** Cost of requests, for the dashboard's estimate. `npm run costs` has the whole bill. */

import type { Target } from '../layers/runtime/build.ts';
import { PRICES } from './prices.ts';

/** What the cost of a request depends on. */
export interface RequestCost {
  readonly memoryMb: number;
  readonly arch: Target['arch'];
  /** Share of requests whose input is stored, 0–1. */
  readonly capture: number;
}

/** Each request stores the annotated picture and the result. */
export const OBJECTS_PER_REQUEST = 2;

/** US dollars for one GB of memory for one second. */
export function gbSecondPrice(arch: Target['arch']): number {
  return arch === 'arm64' ? PRICES.dollars.lambdaGbSecondArm64 : PRICES.dollars.lambdaGbSecondX64;
}

/** US dollars for a million milliseconds of computing, and for a million requests without computing. */
export function costPerMillion({ memoryMb, arch, capture }: RequestCost): { milliseconds: number; requests: number } {
  const { lambdaInvocation, httpApiCall, s3Put } = PRICES.dollars;
  return {
    milliseconds: 1000 * (memoryMb / 1024) * gbSecondPrice(arch),
    requests: 1e6 * (lambdaInvocation + httpApiCall + (OBJECTS_PER_REQUEST + capture) * s3Put),
  };
}
