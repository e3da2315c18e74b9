/** Steps of a check against deployed stacks. */

import { setTimeout } from 'node:timers/promises';

/** Runs a check, and names it when it has passed. */
export async function step(name: string, check: () => Promise<void>): Promise<void> {
  await check();
  console.log(`ok: ${name}`);
}

/** Polls until `look` returns a value, for a minute at most. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 60_000; Date.now() < end; await setTimeout(250)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`Expected ${what} within a minute, received none`);
}
