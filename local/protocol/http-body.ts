/** Request bodies, read whole within a limit. */

import type { IncomingMessage } from 'node:http';

/** Over this multiple of the limit politeness ends: leaving the loop cuts the connection. */
const PATIENCE = 20;

/**
 * The body of a request, or undefined when it is larger than `limit` bytes. What is over the limit is read and thrown
 * away, because most clients look for an answer only after they have sent everything.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= limit) chunks.push(chunk);
    else chunks.length = 0;
    if (bytes > limit * PATIENCE) return undefined;
  }
  return bytes > limit ? undefined : Buffer.concat(chunks);
}
