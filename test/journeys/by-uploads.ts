import { setTimeout as pause } from 'node:timers/promises';
import type { TickRecord } from '../../functions/records/tick-record.ts';
import { pick } from './api-client.ts';
import type { RolloutLaptop } from './rollout-laptop.ts';

/** Pause between two uploads, milliseconds. */
const PACE_MS = 150;

/**
 * A rollout of version 2 at an endpoint that gets its pictures by S3 uploads alone. The live alias answers the queue,
 * so its weights apply to uploads as to HTTP requests.
 */
export async function byUploads(laptop: RolloutLaptop, pictures: readonly Uint8Array[], endpoint: string) {
  let ended = false;
  const uploads = (async () => {
    // The same key again and again, as a camera writes it.
    for (let turn = 0; !ended; turn += 1) {
      await laptop.upload(`uploads/${endpoint}/latest.jpg`, pick(pictures, turn));
      await pause(PACE_MS);
    }
  })();
  try {
    await laptop.deploy((assembly) => assembly.release(endpoint, {}));
    const end: TickRecord = await laptop.until(endpoint, '2', ({ status }) => status !== 'running');
    const audit = await laptop.audit(endpoint, '2');
    return { end, audit, counts: await laptop.counts(endpoint, { live: '1', candidate: '2' }) };
  } finally {
    ended = true;
    await uploads;
  }
}
