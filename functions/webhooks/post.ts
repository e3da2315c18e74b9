/** One request to a receiver: to public addresses only, without redirects, within a limited time. */

import { lookup as resolve } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { type RequestOptions, request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { addressFault, hostOf, isPublicIp } from '../platform/public-address.ts';

/** A receiver whose address is not allowed. Its address can be a secret: the message does not name it. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}

/** A request to a receiver. */
export interface Post {
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How it is sent. */
export interface PostLimits {
  readonly timeoutMs: number;
  /** Whether private addresses and `http` are allowed: on a laptop. */
  readonly allowPrivate: boolean;
}

/** What the receiver answered. */
export interface Answer {
  readonly status: number;
  /** Seconds of the header `Retry-After`. */
  readonly retryAfter?: number;
}

/** Most bytes of an answer that are read, so that its connection can be used again. */
const MOST_ANSWER_BYTES = 16 * 1024;

/** @throws AddressError; Error of the connection, or of the time limit */
export function post({ address, headers, body }: Post, { timeoutMs, allowPrivate }: PostLimits): Promise<Answer> {
  const fault = allowPrivate ? undefined : addressFault(address);
  if (fault) throw new AddressError(`Expected ${fault} for the receiver`);
  const url = new URL(address);
  const { promise, resolve: answered, reject } = Promise.withResolvers<Answer>();
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    signal: AbortSignal.timeout(timeoutMs),
    ...(allowPrivate ? {} : { lookup: publicLookup }),
  };
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const sent = request({ ...options, host: hostOf(url), port: url.port, path: url.pathname + url.search });
  sent.on('error', reject);
  sent.on('response', (response) => {
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_ANSWER_BYTES) response.destroy();
    });
    const { statusCode = 0, headers: got } = response;
    const retryAfter = Number(got['retry-after']);
    response.on('error', reject);
    response.on('close', () =>
      answered({ status: statusCode, ...(Number.isInteger(retryAfter) && retryAfter > 0 && { retryAfter }) }),
    );
  });
  sent.end(body);
  return promise;
}

/** Checks the addresses to which a name leads at the moment of the connection, so that no later answer differs. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, found) => {
    const refused = error ?? (found.every(({ address }) => isPublicIp(address)) ? undefined : privateAddress());
    const [first = { address: '', family: 0 }] = refused ? [] : found;
    if (options.all) callback(refused ?? null, refused ? [] : found);
    else callback(refused ?? null, first.address, first.family);
  });
};

function privateAddress(): AddressError {
  return new AddressError('Expected a name with public addresses for the receiver, received a private one');
}
