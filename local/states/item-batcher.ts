/**
 * The items of a Distributed Map in batches, one for each child execution.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
 */

import { MOST_BYTES, StateFailedError } from './task-error.ts';

/** Limits of a batch. */
export interface BatchLimits {
  /** Default: as many as the bytes allow. */
  readonly items?: number;
  /** Bytes of the child's input as JSON, 1–262,144. Default 262,144. */
  readonly bytes?: number;
  /** Fixed input that each batch has besides its items. */
  readonly input?: Readonly<Record<string, unknown>>;
}

/** A child's input, and the number of its items. */
export interface Batch {
  /** JSON */
  readonly input: string;
  readonly items: number;
}

/**
 * Fills one batch after another, each until the next item would exceed a limit.
 *
 * AWS documents no name for the error of an item that alone exceeds the limit. An assumption: it fails the map run as
 * `States.DataLimitExceeded`.
 * @throws StateFailedError
 */
export function batchesOf(items: readonly unknown[], { items: most, bytes = MOST_BYTES, input }: BatchLimits): Batch[] {
  const fixed = Buffer.byteLength(inputOf([], input));
  const batches: Batch[] = [];
  let texts: string[] = [];
  let size = fixed;
  const close = () => {
    if (texts.length > 0) batches.push({ input: inputOf(texts, input), items: texts.length });
    [texts, size] = [[], fixed];
  };
  for (const item of items) {
    const text = JSON.stringify(item);
    // With the comma before each item but the first.
    const more = Buffer.byteLength(text) + (texts.length > 0 ? 1 : 0);
    if (texts.length >= (most ?? Number.POSITIVE_INFINITY) || size + more > bytes) close();
    if (fixed + Buffer.byteLength(text) > bytes) {
      const message = `Expected at most ${bytes} bytes for a batch, received an item of ${Buffer.byteLength(text)}`;
      throw new StateFailedError('States.DataLimitExceeded', message, { isTerminal: true });
    }
    size += Buffer.byteLength(text) + (texts.length > 0 ? 1 : 0);
    texts.push(text);
  }
  close();
  return batches;
}

function inputOf(items: readonly string[], input: BatchLimits['input']): string {
  const fixed = input === undefined ? '' : `"BatchInput":${JSON.stringify(input)},`;
  return `{${fixed}"Items":[${items.join(',')}]}`;
}
