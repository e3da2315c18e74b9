/** Sends requests as a caller of the API, and explains what is wrong with an answer. */

import { ApiClient } from '../console/api-client.ts';
import type { DeployedEndpoint } from '../rollout/deployed-endpoint.ts';
import type { DoctorContext } from './context.ts';
import { failed, type Result } from './result.ts';

/** A request of a caller. */
export interface CallerRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query. */
  readonly target: string;
  readonly contentType?: string;
  readonly body?: Buffer<ArrayBuffer>;
}

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  /** Absent where the body is not JSON. */
  readonly json?: unknown;
}

/** Longest wait for an answer: API Gateway ends a request after 30 s. Milliseconds. */
const ANSWER_MS = 40_000;

/** A caller of an endpoint, with the operator's credentials or a token. */
export class Caller {
  private readonly api: ApiClient;
  private readonly context: DoctorContext;

  private constructor(api: ApiClient, context: DoctorContext) {
    this.api = api;
    this.context = context;
  }

  /** @param endpoint whose API is called */
  static async of(context: DoctorContext, { api: url }: Pick<DeployedEndpoint, 'api'>): Promise<Caller> {
    const { region, credentials } = context.clients.lambda.config;
    return new Caller(new ApiClient({ url, region: await region(), credentials }), context);
  }

  /** @throws DOMException `TimeoutError` */
  async send({ method, target, contentType, body = Buffer.alloc(0) }: CallerRequest): Promise<Answer> {
    const { token, signal, deployment } = this.context;
    const hasToken = token !== undefined && deployment.api.auth.type === 'jwt';
    const response = await this.api.send({
      method,
      target,
      headers: {
        accept: 'application/json',
        ...(contentType !== undefined && { 'content-type': contentType }),
        ...(hasToken && { authorization: `Bearer ${token}` }),
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
    });
    return { status: response.status, json: parse(await response.text()) };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the API expects a token that the command did not get. */
export function needsToken({ deployment, token, isLocal }: DoctorContext): boolean {
  return deployment.api.auth.type === 'jwt' && token === undefined && !isLocal;
}

/** The reason for a check that needs a token. */
export const NO_TOKEN = 'the API expects tokens of callers: set API_TOKEN to one';

/** The result for an answer with an unexpected status. @param what the request in words */
export function answerFault(
  what: string,
  { status, json }: Answer,
  { functionName }: Pick<DeployedEndpoint, 'functionName'>,
): Result {
  const { title, detail, message } = Object(json) as Record<string, unknown>;
  const reason = [title, detail, message].filter((text) => typeof text === 'string').join(': ');
  return failed(
    `${what} is answered by ${status}${reason === '' ? '' : ` (${reason})`}`,
    remedyOf(status, functionName),
  );
}

function remedyOf(status: number, functionName: string): string {
  if (status === 401) return 'set API_TOKEN to a valid token of a caller';
  if (status === 403) {
    return 'attach the managed policy of the endpoint (output OperatorPolicy of its stack) to your user or role';
  }
  if (status === 404) return 'npm run deploy';
  if (status === 429) return 'raise throttle in the settings of the api, or the concurrency of the account';
  return (
    `aws logs tail --since 10m "$(aws lambda get-function-configuration --function-name ${functionName} ` +
    '--query LoggingConfig.LogGroup --output text)"'
  );
}
