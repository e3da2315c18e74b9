/** Who may use the console: the browser that opened the address of the terminal. */

import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Why a request is refused. */
export type Refusal = 'host' | 'origin' | 'token';

/** One run of the console. A page of another origin, and another user of this machine, get nothing. */
export class Session {
  /** The origin of the console: `http://127.0.0.1:8765`. */
  readonly origin: string;
  private token: string | undefined = secret();
  private readonly cookie = secret();

  constructor(origin: string) {
    this.origin = origin;
  }

  /** The address to open. Its token is valid once. */
  get address(): string {
    return `${this.origin}/?token=${this.token}`;
  }

  /** Exchanges the token for the header of a cookie. @returns undefined for another token, and the second time */
  open(token: string): string | undefined {
    if (this.token === undefined || !isSame(token, this.token)) return undefined;
    this.token = undefined;
    return `${this.cookieName}=${this.cookie}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /**
   * Checks host and origin of a request. The host, because a foreign name can lead to this address (DNS rebinding).
   * @returns undefined where they are the console's
   */
  refusalOf(headers: IncomingHttpHeaders): Refusal | undefined {
    if (headers.host !== new URL(this.origin).host) return 'host';
    const { origin, 'sec-fetch-site': site = 'none' } = headers;
    const isForeign =
      (origin !== undefined && origin !== this.origin) || !['same-origin', 'none'].includes(String(site));
    return isForeign ? 'origin' : undefined;
  }

  /** Whether the request has the cookie. */
  isOpen({ cookie = '' }: IncomingHttpHeaders): boolean {
    const own = cookie.split('; ').find((pair) => pair.startsWith(`${this.cookieName}=`));
    return own !== undefined && isSame(own.slice(this.cookieName.length + 1), this.cookie);
  }

  /** With the port, because cookies are the same for all ports of a host. */
  private get cookieName(): string {
    return `console-${new URL(this.origin).port}`;
  }
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}

function isSame(received: string, expected: string): boolean {
  const [a, b] = [Buffer.from(received), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
