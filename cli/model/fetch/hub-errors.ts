/** What can go wrong between this machine and Hugging Face's Hub: a class for each cause. */

import { DownloadError } from './download.ts';
import type { HubAddress } from './hub-address.ts';

/** No such repository, or a private one. */
export class HubRepositoryError extends DownloadError {
  override readonly name = 'HubRepositoryError';
}

/** The repository has no such branch, tag or commit. */
export class HubRevisionError extends DownloadError {
  override readonly name = 'HubRevisionError';
}

/** The repository has no such file. */
export class HubFileError extends DownloadError {
  override readonly name = 'HubFileError';
}

/** The files are only for accounts with access. */
export class HubAccessError extends DownloadError {
  override readonly name = 'HubAccessError';
}

/** The Hub limits the requests of this address or account. */
export class HubRateLimitError extends DownloadError {
  override readonly name = 'HubRateLimitError';
}

/** The Hub cannot be reached from this machine. */
export class HubUnreachableError extends DownloadError {
  override readonly name = 'HubUnreachableError';
}

/** Metadata in a repository that cannot be used. */
export class HubMetadataError extends DownloadError {
  override readonly name = 'HubMetadataError';
}

/** An answer of another form than the Hub's API has. */
export class HubAnswerError extends DownloadError {
  override readonly name = 'HubAnswerError';
}

/** What is requested, and from where. */
export interface HubRequest extends HubAddress {
  /** Address of the Hub, without a slash at its end. */
  readonly endpoint: string;
  /** Whether HF_TOKEN is set. */
  readonly hasToken: boolean;
}

/** A response as far as its error depends on it. */
export type HubResponse = Pick<Response, 'status' | 'statusText' | 'headers'>;

/**
 * The error for a response. The codes are those of Hugging Face's own client:
 * https://github.com/huggingface/huggingface_hub/blob/main/src/huggingface_hub/utils/_http.py
 */
export function hubError(request: HubRequest, response: HubResponse): DownloadError {
  const { status } = response;
  const code = response.headers.get('x-error-code');
  if (status === 429) return rateLimit(request, response);
  if (code === 'GatedRepo' || status === 403) return noAccess(request, response);
  if (code === 'RevisionNotFound') return noRevision(request);
  if (code === 'EntryNotFound') return new HubFileError(`Expected ${shown(request)}, received no such file`);
  // The Hub answers 401 for a missing repository, because it does not reveal which private ones exist.
  if (code === 'RepoNotFound' || status === 401 || status === 404) return noRepository(request, status);
  return new HubAnswerError(
    `Expected an answer of ${request.endpoint} about ${request.repo}, received ${inWords(response)}; try again later`,
  );
}

function noAccess({ endpoint, repo, hasToken }: HubRequest, response: HubResponse): HubAccessError {
  const token = hasToken
    ? 'HF_TOKEN is set: use a token of an account that has access, with the right to read gated repositories'
    : `then make a token at ${endpoint}/settings/tokens and set HF_TOKEN`;
  return new HubAccessError(
    `Expected access to ${repo}, received ${inWords(response)}: its files are for accounts that have accepted its ` +
      `licence. Accept it at ${endpoint}/${repo}; ${token}`,
  );
}

function noRevision({ endpoint, repo, revision = 'main' }: HubRequest): HubRevisionError {
  return new HubRevisionError(
    `Expected a branch, a tag or a commit of ${repo}, received "${revision}"; see ${endpoint}/${repo}/commits/main, ` +
      'or leave out the revision for the newest one',
  );
}

function noRepository({ endpoint, repo, hasToken }: HubRequest, status: number): HubRepositoryError {
  const token = hasToken
    ? 'HF_TOKEN is set: is it valid, and has its account access?'
    : 'set HF_TOKEN for a private one';
  return new HubRepositoryError(
    `Expected a repository of models at ${endpoint}/${repo}, received status ${status}: it does not exist, or it is ` +
      `private. Check the name; ${token}`,
  );
}

function rateLimit({ endpoint, hasToken }: HubRequest, { headers }: HubResponse): HubRateLimitError {
  const seconds =
    /;\s*t=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1] ?? /^\d+$/.exec(headers.get('retry-after') ?? '')?.[0];
  const wait = seconds === undefined ? 'in some minutes' : `in ${seconds} s`;
  const token = hasToken ? '' : ', or set HF_TOKEN: accounts have higher limits';
  return new HubRateLimitError(
    `Expected an answer of ${endpoint}, received status 429: too many requests from here. Try again ${wait}${token}`,
  );
}

/** The Hub cannot be reached: what to download by hand, in one line. */
export function unreachable(request: HubRequest, cause: Error): HubUnreachableError {
  const { endpoint, repo, file, revision = 'main' } = request;
  const what = file
    ? `${endpoint}/${repo}/resolve/${revision}/${file}`
    : `the .onnx file of ${endpoint}/${repo}/tree/${revision}`;
  const reason = (cause.cause as Error | undefined)?.message || cause.message;
  return new HubUnreachableError(
    `Cannot reach ${endpoint} (${reason}): download ${what} on another machine and give its path instead of ` +
      `hf://${repo}; its config.json has the labels (--labels path/to/config.json)`,
    { cause },
  );
}

function shown({ repo, file, revision }: HubRequest): string {
  return `${file ?? 'a file'} in ${repo}${revision ? ` at ${revision}` : ''}`;
}

/** Longest text of the Hub in a message, characters. */
const MOST_CHARACTERS = 200;

/** Status and reason. Because the reason comes from outside, it is short and has printable characters only. */
function inWords({ status, statusText, headers }: HubResponse): string {
  const reason = headers.get('x-error-message') ?? statusText;
  const clean = reason.replace(/[^\x20-\x7e]/g, ' ').slice(0, MOST_CHARACTERS);
  return `status ${status}${clean ? ` (${clean})` : ''}`;
}
