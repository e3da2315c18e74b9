/**
 * Asynchronous invocations: Lambda keeps the event, and tries again.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */

import { ThrottledError } from '../lambda/concurrency.ts';
import type { Lambda } from '../lambda/invoker.ts';

/** Seconds before each repetition of an invocation that failed. */
const PAUSES: readonly number[] = [60, 120];
/** Seconds between attempts of a throttled event: twice the last one, up to this. */
const LONGEST_PAUSE = 300;

/** What an invocation needs. */
export interface AsynchronousServices {
  readonly lambda: Pick<Lambda, 'invoke'>;
  readonly clock: { wait(seconds: number): Promise<void> };
}

/** @throws LambdaError where the function does not exist. A function that fails has its log */
export async function invokeAsynchronously(
  { lambda, clock }: AsynchronousServices,
  target: string,
  event: string,
): Promise<void> {
  let [failures, pause] = [0, 1];
  for (;;) {
    try {
      const { failed } = await lambda.invoke(target, event);
      if (!failed) return;
      const seconds = PAUSES[failures];
      failures += 1;
      if (seconds === undefined) return;
      await clock.wait(seconds);
    } catch (error) {
      if (!(error instanceof ThrottledError)) throw error;
      await clock.wait(pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }
}
