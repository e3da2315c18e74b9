import { randomUUID } from 'node:crypto';

/** A request to `POST /count-cars`. */
export interface Post {
  /** With its question mark, or empty. Default: empty. */
  readonly query?: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The event that the HTTP API makes of it, payload format 2.0. */
export function postEvent({ query = '', headers, body }: Post): object {
  const parameters = [...new URLSearchParams(query)];
  return {
    version: '2.0',
    routeKey: 'POST /count-cars',
    rawPath: '/count-cars',
    rawQueryString: query.slice(1),
    headers: { ...headers, 'content-length': String(body.length) },
    ...(parameters.length > 0 && { queryStringParameters: joined(parameters) }),
    requestContext: { accountId: 'anonymous', requestId: randomUUID(), stage: '$default' },
    body: body.toString('base64'),
    isBase64Encoded: true,
  };
}

/** Values of the same name, separated by commas. */
function joined(parameters: readonly (readonly [string, string])[]): Record<string, string> {
  const values = Map.groupBy(parameters, ([name]) => name);
  return Object.fromEntries([...values].map(([name, all]) => [name, all.map(([, value]) => value).join(',')]));
}

/** A request with a JPEG as its body, which takes JSON. */
export function pictureEvent(body: Buffer): object {
  return postEvent({ headers: { 'content-type': 'image/jpeg', accept: 'application/json' }, body });
}
