/**
 * Requests of browsers. Because the credentials of the emulator are public, a web page of any origin could sign
 * requests to it, and a name that an attacker points at 127.0.0.1 would make its page same-origin.
 */

import { AwsError } from './aws-error.ts';
import type { ServiceRequest } from './service.ts';

/** This machine, and buckets in the host name: `bucket.localhost:8001`. */
const OWN_HOSTS = /^(127\.0\.0\.1|\[::1\]|localhost|([a-z0-9-]+\.)+localhost)(:\d+)?$/i;

/** @throws AwsError for a host name that is not of this machine */
export function checkHost({ headers }: ServiceRequest): void {
  const { host = '' } = headers;
  if (OWN_HOSTS.test(host)) return;
  const received = host.slice(0, 80);
  throw new AwsError('AccessDenied', 403, `Expected a host of this machine for Host, received "${received}"`);
}

/** Whether a page sends the request to another origin. Not every such request has an `Origin`. */
export function isFromPage({ headers }: ServiceRequest): boolean {
  const { origin, 'sec-fetch-site': site } = headers;
  return origin !== undefined || site === 'cross-site' || site === 'same-site';
}
