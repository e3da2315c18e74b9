/** Requests as services and signatures read them. */

import type { IncomingMessage } from 'node:http';
import type { ServiceRequest } from './service.ts';

/** The request with its body, which was read before. */
export function serviceRequest(incoming: IncomingMessage, body: Buffer): ServiceRequest {
  const [path = '/', query = ''] = splitOnce(incoming.url ?? '/', '?');
  const headers = Object.entries(incoming.headersDistinct).map(([name, values = []]) => [name, values.join(',')]);
  return {
    method: incoming.method ?? 'GET',
    path,
    // In a signed query `+` is a plus sign.
    query: new URLSearchParams(query.replaceAll('+', '%2B')),
    headers: Object.fromEntries(headers),
    body,
  };
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
