/** Waits until something answers at the address given, a minute at most. */

import { setTimeout } from 'node:timers/promises';

const [address = ''] = process.argv.slice(2);
for (const end = Date.now() + 60_000; ; ) {
  try {
    await fetch(address);
    break;
  } catch (error) {
    if (Date.now() > end) throw error;
    await setTimeout(100);
  }
}
