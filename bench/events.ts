/**
 * `npm run bench:events -- [events] [kills of the receiver]`: results that are stored on the laptop, and a receiver of
 * signed webhooks that fails three in ten and is killed. Fails unless every event comes, always with the same id, with
 * a valid signature. Default: 10000 2. PYTHON names a Python with `standardwebhooks`, which verifies the signatures.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KilledLaptop } from './batch/laptop.ts';
import { runEvents } from './events/run.ts';

/** The pauses between attempts are so many times shorter. */
const SPEED = '240';

const [events = 10_000, receiverKills = 2] = process.argv.slice(2).map(Number);
const home = await mkdtemp(join(tmpdir(), 'bench-events-'));
const endpoints = join(import.meta.dirname, 'events/endpoints.ts');
const laptop = await KilledLaptop.start(home, ['-c', `endpoints=${endpoints}`, '--speed', SPEED]);
try {
  const file = join(home, 'received.jsonl');
  const note = (text: string) => console.error(text);
  const found = await runEvents({ home, events, receiverKills, file, note });
  console.log(JSON.stringify({ ...found, rate: (events / found.seconds).toFixed(1) }, null, 2));
  if (found.lost > 0 || found.unequalIds > 0 || found.verifiedByNode !== found.requests) process.exitCode = 1;
} finally {
  await laptop.stop();
  await rm(home, { recursive: true, force: true });
}
