/** Sends requests of the pages to the API, signed with the operator's credentials. */

import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

/** The API and who calls it. */
export interface ApiTarget {
  /** Address without a slash at its end. */
  readonly url: string;
  readonly region: string;
  readonly credentials: ConstructorParameters<typeof SignatureV4>[0]['credentials'];
}

/** A request of a page. */
export interface PageRequest {
  readonly method: string;
  /** Path and query, as the browser sent them. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer<ArrayBuffer>;
  /** Ends the request. Default: nothing does. */
  readonly signal?: AbortSignal;
}

/** Headers that the pages send to the API. */
const FORWARDED = ['accept', 'authorization', 'content-type', 'range'];

/** Calls one API. */
export class ApiClient {
  readonly url: string;
  private readonly signer: SignatureV4;

  constructor({ url, region, credentials }: ApiTarget) {
    this.url = url;
    this.signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
  }

  /**
   * Signs and sends a request; one with a token of its own is not signed. Follows a redirect to the bucket, because the
   * bucket allows no page of this origin.
   */
  async send(request: PageRequest): Promise<Response> {
    const headers = Object.fromEntries(FORWARDED.flatMap((name) => present(name, request.headers[name])));
    const signed = headers.authorization === undefined ? await this.sign(request, headers) : headers;
    const answer = await fetch(`${this.url}${request.target}`, {
      method: request.method,
      headers: signed,
      redirect: 'manual',
      ...(request.signal && { signal: request.signal }),
      ...(request.body.length > 0 && { body: request.body }),
    });
    const location = answer.headers.get('location');
    return answer.status === 303 && location !== null ? fetch(new URL(location, this.url)) : answer;
  }

  private async sign(
    { method, target, body }: PageRequest,
    headers: Readonly<Record<string, string>>,
  ): Promise<Record<string, string>> {
    const { protocol, hostname, host, pathname, searchParams } = new URL(`${this.url}${target}`);
    const query = Object.fromEntries(
      [...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name)]),
    );
    const signed = await this.signer.sign({
      method,
      protocol,
      hostname,
      path: pathname,
      query,
      headers: { ...headers, host },
      ...(body.length > 0 && { body }),
    });
    const { host: _, ...rest } = signed.headers;
    return rest;
  }
}

function present(name: string, value: string | undefined): [string, string][] {
  return value === undefined ? [] : [[name, value]];
}
