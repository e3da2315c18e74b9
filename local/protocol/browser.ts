/**
 * Requests of browsers. Because the credentials of the emulator are public, a web page of any origin could sign
 * requests to it, and a name that an attacker points at 127.0.0.1 would make its page same-origin.
 */

import type { ServiceRequest } from './service.ts';

/** This machine, and buckets in the host name: `bucket.localhost`. */
const OWN_HOSTS = /^(127\.0\.0\.1|\[::1\]|localhost|([a-z0-9-]+\.)+localhost)$/i;

/**
 * Whether a request is for this machine.
 * @param host the header, with or without a port
 * @param allowed further names, in lower case
 * @returns what is wrong with the host; undefined for one of this machine
 */
export function foreignHost(host = '', allowed: readonly string[] = []): string | undefined {
  const name = host.replace(/:\d+$/, '');
  if (OWN_HOSTS.test(name) || allowed.includes(name.toLowerCase())) return undefined;
  return `Expected a host of this machine for Host, received "${host.slice(0, 80)}" (npm start -- --allow-host NAME)`;
}

/** Whether a page sends the request to another origin. Not every such request has an `Origin`. */
export function isFromPage({ headers }: ServiceRequest): boolean {
  const { origin, 'sec-fetch-site': site } = headers;
  return origin !== undefined || site === 'cross-site' || site === 'same-site';
}
