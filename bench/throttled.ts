import { setTimeout } from 'node:timers/promises';

/** Wait after an answer of 429, ms. */
const WAIT_MS = 100;

/**
 * Sends a request again as long as the throttle of the API answers 429, which one caller of a fast machine reaches: no
 * function got it.
 */
export async function untilAdmitted<T extends { readonly status: number }>(send: () => Promise<T>): Promise<T> {
  for (;;) {
    const answer = await send();
    if (answer.status !== 429) return answer;
    await setTimeout(WAIT_MS);
  }
}
