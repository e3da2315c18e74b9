/** Requests and responses of the emulator's AWS services. */

/** A request to a service. */
export interface ServiceRequest {
  readonly method: string;
  /** As sent: percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface ServiceResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Serves requests whose signature is valid. */
export type Service = (request: ServiceRequest) => Promise<ServiceResponse>;

/** Serves requests that prove their permission by other means than a signature in header or query. */
export interface UnsignedService {
  /** Resolves with undefined for requests that need a signature. */
  serveUnsigned(request: ServiceRequest): Promise<ServiceResponse | undefined>;
}

/** A response in JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): ServiceResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
