import type { AccuracyRow } from '../../api/accuracy-schemas.ts';
import type { JudgeAnswer } from '../../api/judge-schemas.ts';
import type { StoredPreference } from '../../api/preference-schemas.ts';
import type { ReviewAnswer } from '../../api/review-schemas.ts';
import type { HumanAnswer, PredictionAnswer, Problem, Rejection, UploadTicket } from '../../api/schemas.ts';
import type { EndpointStatus } from '../../api/status-schemas.ts';
import type { Picture } from './picture.ts';
import { type PredictionRequest, pathOf } from './prediction-request.ts';

export type { EndpointStatus, HumanAnswer, PredictionAnswer, Problem };

/** A finished answer to a prediction request: of a model or of a human. */
export type Answer = PredictionAnswer | HumanAnswer;

/** A stored prediction. */
interface Predicted {
  readonly endpoint: string;
  readonly id: string;
}

/** A problem document of the API, or what the page knows where there is none. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Partial<Problem>;
  constructor(problem: Partial<Problem>) {
    super(problem.title ?? 'The request failed');
    this.problem = problem;
  }
}

/** Headers that authenticate the caller. */
export type Credentials = () => Readonly<Record<string, string>>;

/** The API calls of the pages. Each throws a `ProblemError` unless it succeeds. */
export class Api {
  private readonly credentials: Credentials;

  constructor(credentials: Credentials) {
    this.credentials = credentials;
  }

  async predict(request: PredictionRequest, { file }: Picture, signal: AbortSignal): Promise<Answer> {
    const body = new FormData();
    body.append('file', file);
    return this.fetchJson(pathOf(request), { method: 'POST', body, signal });
  }

  async openUpload(request: PredictionRequest, { type }: Picture, signal: AbortSignal): Promise<UploadTicket> {
    const query = new URLSearchParams({ content_type: type, ...request.options });
    return this.fetchJson(`/${request.endpoint}/uploads?${query}`, { method: 'POST', signal });
  }

  /** The result at `path`, or the milliseconds to wait before the next call. */
  async result(path: string, signal: AbortSignal): Promise<Answer | { readonly retryAfterMs: number }> {
    const response = await this.fetch(path, { signal });
    if (response.status === 202) return { retryAfterMs: Number(response.headers.get('retry-after') ?? 2) * 1000 };
    const result = (await response.json()) as Answer | Rejection;
    if (result.status === 'rejected') throw new ProblemError(result.problem);
    return result;
  }

  async status(endpoint: string, signal: AbortSignal): Promise<EndpointStatus> {
    return this.fetchJson(`/${endpoint}/status`, { signal });
  }

  /** Estimates of the count error, the last week first; empty where people have counted nothing. */
  async accuracy(endpoint: string, signal: AbortSignal): Promise<readonly AccuracyRow[]> {
    const status = await this.fetchJson<EndpointStatus>(`/${endpoint}/status?with=accuracy`, { signal });
    return status.accuracy ?? [];
  }

  /** The report's HTML. @param version null: the version that was rolled out last */
  async report(endpoint: string, version: string | null): Promise<string> {
    const query = version === null ? '' : `?${new URLSearchParams({ version })}`;
    return (await this.fetch(`/${endpoint}/report${query}`, { headers: { accept: 'text/html' } })).text();
  }

  /** The next pairs for a person who judges. */
  async judge(endpoint: string, by: string): Promise<JudgeAnswer> {
    return this.fetchJson(`/${endpoint}/judge?${new URLSearchParams({ by })}`, {});
  }

  /** The next pictures for a person who reviews. */
  async review(endpoint: string, by: string): Promise<ReviewAnswer> {
    return this.fetchJson(`/${endpoint}/review?${new URLSearchParams({ by })}`, {});
  }

  async decide(of: Predicted, decision: { readonly count: number; readonly by?: string }): Promise<void> {
    await this.put(of, 'decision', decision);
  }

  async prefer(of: Predicted, preference: Omit<StoredPreference, 'decided_at'>): Promise<void> {
    await this.put(of, 'preference', preference);
  }

  private async put({ endpoint, id }: Predicted, kind: string, body: object): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const path = `/${endpoint}/predictions/${id}/${kind}`;
    await this.fetch(path, { method: 'PUT', headers, body: JSON.stringify(body) });
  }

  private async fetchJson<T>(path: string, init: RequestInit): Promise<T> {
    return (await this.fetch(path, init)).json() as Promise<T>;
  }

  private async fetch(path: string, init: RequestInit): Promise<Response> {
    const headers = { accept: 'application/json', ...this.credentials(), ...init.headers };
    const response = await fetch(path, { ...init, headers }).catch((cause: unknown) => {
      if (cause instanceof DOMException) throw cause;
      throw new ProblemError({
        title: 'The API did not respond',
        detail: 'Check the network connection, and that the service is running.',
      });
    });
    if (!response.ok) throw new ProblemError(await problemOf(response));
    return response;
  }
}

/** Our functions answer with problem documents, API Gateway with a message. */
async function problemOf(response: Response): Promise<Partial<Problem>> {
  const { status } = response;
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (typeof body.title === 'string') return body;
  return {
    status,
    title: GATEWAY_TITLES[status] ?? `The API responded with status ${status}`,
    detail: String(body.message ?? ''),
  };
}

const GATEWAY_TITLES: Readonly<Record<number, string>> = {
  401: 'The access token is missing, expired or invalid',
  403: 'Access to the API is denied',
  404: 'The endpoint does not exist',
  413: 'The picture is too large for one request',
  429: 'Too many requests. Try again in a few seconds',
  500: 'The request failed because of an internal error',
  503: 'The service is unavailable. Try again in a few seconds',
};
