/** Reads request bodies up to a limit. */

import type { IncomingMessage } from 'node:http';

/** Stop draining and drop the connection beyond this multiple of the limit. */
const MAX_DRAINED = 20;

/**
 * The body of a request, or undefined when it is larger than `limit` bytes. A larger body is read to its end and
 * discarded, because most clients read the response only after they have sent everything.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= limit) chunks.push(chunk);
    else chunks.length = 0;
    if (bytes > limit * MAX_DRAINED) return undefined;
  }
  return bytes > limit ? undefined : Buffer.concat(chunks);
}
