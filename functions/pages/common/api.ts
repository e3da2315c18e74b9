import type { HumanAnswer, PredictionAnswer, Problem, Rejection, UploadTicket } from '../../api/schemas.ts';
import type { EndpointStatus } from '../../api/status-schemas.ts';
import type { Picture } from './picture.ts';
import { pathOf, type Question } from './question.ts';

export type { EndpointStatus, HumanAnswer, PredictionAnswer, Problem };

/** What can lie under a prediction's id, but for the still unfinished. */
export type Answer = PredictionAnswer | HumanAnswer;

/** An answer of the API that says no, in its own words. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Partial<Problem>;
  constructor(problem: Partial<Problem>) {
    super(problem.title ?? 'The API refused');
    this.problem = problem;
  }
}

/** Headers that prove who asks, as the page's token field says. */
export type Credentials = () => Readonly<Record<string, string>>;

/** The calls that the page makes. Each throws a `ProblemError` for what the API refuses. */
export class Api {
  private readonly credentials: Credentials;

  constructor(credentials: Credentials) {
    this.credentials = credentials;
  }

  async predict(question: Question, { file }: Picture, signal: AbortSignal): Promise<Answer> {
    const body = new FormData();
    body.append('file', file);
    return this.json(pathOf(question), { method: 'POST', body, signal });
  }

  async openUpload(question: Question, { type }: Picture, signal: AbortSignal): Promise<UploadTicket> {
    const query = new URLSearchParams({ content_type: type, ...question.options });
    return this.json(`/${question.endpoint}/uploads?${query}`, { method: 'POST', signal });
  }

  /** The result under `path`, or after how many milliseconds to ask again. */
  async result(path: string, signal: AbortSignal): Promise<Answer | { readonly again: number }> {
    const response = await this.ask(path, { signal });
    if (response.status === 202) return { again: Number(response.headers.get('retry-after') ?? 2) * 1000 };
    const result = (await response.json()) as Answer | Rejection;
    if (result.status === 'rejected') throw new ProblemError(result.problem);
    return result;
  }

  async status(endpoint: string, signal: AbortSignal): Promise<EndpointStatus> {
    return this.json(`/${endpoint}/status`, { signal });
  }

  /** The report's page as text. @param version absent: the last one that was rolled out */
  async report(endpoint: string, version: string | null): Promise<string> {
    const query = version === null ? '' : `?${new URLSearchParams({ version })}`;
    return (await this.ask(`/${endpoint}/report${query}`, { headers: { accept: 'text/html' } })).text();
  }

  async decide({ endpoint, id }: { endpoint: string; id: string }, count: number): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const path = `/${endpoint}/predictions/${id}/decision`;
    await this.ask(path, { method: 'PUT', headers, body: JSON.stringify({ count }) });
  }

  private async json<T>(path: string, init: RequestInit): Promise<T> {
    return (await this.ask(path, init)).json() as Promise<T>;
  }

  private async ask(path: string, init: RequestInit): Promise<Response> {
    const headers = { accept: 'application/json', ...this.credentials(), ...init.headers };
    const response = await fetch(path, { ...init, headers }).catch((cause: unknown) => {
      if (cause instanceof DOMException) throw cause;
      throw new ProblemError({
        title: 'The API did not answer',
        detail: 'Is the network there, and the service running?',
      });
    });
    if (!response.ok) throw new ProblemError(await problemOf(response));
    return response;
  }
}

/** Our functions answer with problem documents, API Gateway itself with a message. */
async function problemOf(response: Response): Promise<Partial<Problem>> {
  const { status } = response;
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (typeof body.title === 'string') return body;
  return { status, title: GATEWAY_WORDS[status] ?? `The API answered ${status}`, detail: String(body.message ?? '') };
}

const GATEWAY_WORDS: Readonly<Record<number, string>> = {
  401: 'The API wants a token, or another one',
  403: 'The API does not allow this',
  404: 'The API does not know this endpoint',
  413: 'The picture is too big for one request',
  429: 'Too many requests at the moment: wait a little and ask again',
  500: 'The request failed on the API’s side',
  503: 'The API is out of service for a moment: ask again',
};
