/** Reads request bodies up to a limit. */

import type { IncomingMessage } from 'node:http';

/** Stop draining and drop the connection beyond this multiple of the limit. */
const MAX_DRAINED = 20;

/**
 * The body of a request, or undefined when it is larger than `limit` bytes. A larger body is read to its end and
 * discarded, because most clients read the response only after they have sent everything.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limit) chunks.push(chunk);
      else chunks.length = 0;
      if (bytes <= limit * MAX_DRAINED) return;
      request.destroy();
      resolve(undefined);
    });
    request.once('end', () => resolve(bytes > limit ? undefined : wholeOf(chunks)));
    request.once('error', reject);
    request.once('close', () => {
      // Because an error for each request, with its stack, takes 0.02 ms.
      if (!request.readableEnded)
        reject(new Error('Expected the end of the request, received the end of its connection'));
    });
  });
}

/** Without a copy where the body came in one piece. */
function wholeOf([first, ...others]: readonly Buffer[]): Buffer {
  if (first === undefined) return Buffer.alloc(0);
  return others.length === 0 ? first : Buffer.concat([first, ...others]);
}
