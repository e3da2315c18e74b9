/** The setting `batch` of an endpoint. */

import type { NonEmpty } from './config.ts';

/** Batch jobs of an endpoint. `{}` allows them with all defaults. */
export interface BatchOptions {
  /**
   * Concurrent invocations of a job at most, so that live traffic keeps the rest. 1–1000, at most
   * `reservedConcurrency`. Default 5, or half of `reservedConcurrency` where that is less.
   */
  readonly concurrency?: number;
  /**
   * Pictures and manifests that jobs may read, each `s3://bucket` or `s3://bucket/prefix`, besides those below
   * `pictures/{endpoint}/` in the deployment's own bucket. At least one. Default: no others.
   */
  readonly sources?: NonEmpty<string>;
}
