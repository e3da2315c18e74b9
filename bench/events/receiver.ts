/**
 * `node receiver.ts <port> <file>`: a receiver of webhooks that fails three in ten. Half of the failures come after the
 * event was written: such an event is received twice. Writes each request as a line of JSON before it answers.
 */

import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

/** Shares of requests that fail before and after they are written. */
const FAILURES = { before: 0.15, after: 0.15 } as const;

const [port = '', file = ''] = process.argv.slice(2);
let requests = 0;

createServer(async (request, response) => {
  const body = await text(request);
  requests += 1;
  const chance = uniform(`${process.pid} ${requests}`);
  const fails = chance < FAILURES.before + FAILURES.after;
  if (chance >= FAILURES.before) {
    const headers = Object.entries(request.headers).filter(([name]) => name.startsWith('webhook-'));
    appendFileSync(file, `${JSON.stringify({ headers: Object.fromEntries(headers), body })}\n`);
  }
  response.writeHead(fails ? 500 : 200).end();
}).listen(Number(port), '127.0.0.1', () => console.log('listening'));

/** A number from 0 to 1 that follows from the text. */
function uniform(seed: string): number {
  return createHash('sha256').update(seed).digest().readUInt32BE() / 2 ** 32;
}
