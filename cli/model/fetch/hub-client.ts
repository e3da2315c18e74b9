/** Requests to Hugging Face's Hub, or to a mirror of it. */

import { stat } from 'node:fs/promises';
import type { Progress } from '../../terminal/progress.ts';
import { checkAddress, DownloadError, download } from './download.ts';
import type { HubAddress } from './hub-address.ts';
import { HubAnswerError, type HubRequest, hubError, unreachable } from './hub-errors.ts';

/** A file of a repository. */
export interface HubFile {
  readonly path: string;
  readonly bytes: number;
  /** For files in Git LFS or Xet. */
  readonly sha256?: string;
}

/** Longest wait for an answer of the API, milliseconds. */
const API_TIMEOUT_MS = 30_000;

/** Largest answer of the API, and largest file with metadata, bytes. */
const MOST_METADATA_BYTES = 8 * 2 ** 20;

/** The variables that Hugging Face's own clients read. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A client for one repository at one revision. */
export class HubClient {
  readonly request: HubRequest;
  readonly #environment: Environment;
  readonly #token: string | undefined;

  /** @param environment with HF_ENDPOINT, the address of a mirror, and HF_TOKEN @throws HubAnswerError */
  constructor(address: HubAddress, environment: Environment = process.env) {
    this.#environment = environment;
    this.#token = tokenOf(environment);
    this.request = { ...address, endpoint: endpointOf(environment), hasToken: this.#token !== undefined };
  }

  /** The same client at another revision, for another file. */
  at(changes: Partial<Pick<HubAddress, 'file' | 'revision'>>): HubClient {
    return new HubClient({ ...this.request, ...changes }, this.#environment);
  }

  /** `fetch` for answers of the API: in time, and of limited size. */
  readonly fetchApi: typeof fetch = async (input, init) => {
    const signal = AbortSignal.timeout(API_TIMEOUT_MS);
    const response = await this.#fetch(input, { ...init, signal });
    const bytes = await this.#limited(response);
    const { status, statusText, headers } = response;
    return new Response(bytes, { status, statusText, headers });
  };

  /** The text of a small file. @throws DownloadError */
  async text(path: string): Promise<string> {
    return (await this.fetchApi(this.urlOf(path))).text();
  }

  /** Downloads a file. @throws DownloadError, also for another size or SHA-256 than the Hub stated */
  async download({ path, bytes, sha256 }: HubFile, target: string, progress: Progress): Promise<void> {
    const url = this.urlOf(path);
    const checksum = sha256 && { sha256 };
    await download(url, target, { maxBytes: bytes, progress, fetch: this.#fetch, ...checksum });
    const { size } = await stat(target);
    if (size !== bytes) throw new DownloadError(`${url.href}: Expected ${bytes} bytes, received ${size}; try again`);
  }

  /** The address of a file at the revision of this client. */
  urlOf(path: string): URL {
    const { endpoint, repo, revision = 'main' } = this.request;
    const encoded = path.split('/').map(encodeURIComponent).join('/');
    return new URL(`${endpoint}/${repo}/resolve/${encodeURIComponent(revision)}/${encoded}`);
  }

  /**
   * Because the token must never reach another host, it is added here, for the Hub's own addresses only; `fetch` takes
   * it away where a redirect leads to another origin.
   */
  readonly #fetch: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    checkAddress(url);
    const headers = new Headers(init?.headers);
    const isHub = url.origin === new URL(this.request.endpoint).origin;
    if (this.#token && isHub) headers.set('authorization', `Bearer ${this.#token}`);
    const response = await fetch(url, { ...init, headers }).catch((cause: Error) => {
      throw unreachable(this.request, cause);
    });
    checkAddress(new URL(response.url));
    if (response.ok) return response;
    await response.body?.cancel();
    throw hubError(this.request, response);
  };

  async #limited({ body, url }: Response): Promise<Uint8Array<ArrayBuffer>> {
    const pieces: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const piece of body ?? []) {
        length += piece.length;
        if (length > MOST_METADATA_BYTES) throw tooLong(url);
        pieces.push(piece);
      }
    } catch (cause) {
      throw cause instanceof DownloadError ? cause : unreachable(this.request, cause as Error);
    }
    return new Uint8Array(Buffer.concat(pieces));
  }
}

function tooLong(url: string): HubAnswerError {
  return new HubAnswerError(`${url}: Expected at most ${MOST_METADATA_BYTES} bytes of metadata, received more`);
}

function endpointOf({ HF_ENDPOINT: given }: Environment): string {
  if (!given) return 'https://huggingface.co';
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const plain = url && !url.username && !url.password && !url.search && !url.hash;
  if (plain && /^https?:$/.test(url.protocol)) {
    checkAddress(url);
    return url.href.replace(/\/+$/, '');
  }
  throw new HubAnswerError('Expected an https address without a password for HF_ENDPOINT, received another value');
}

/** The token is never part of a message. */
function tokenOf({ HF_TOKEN: given }: Environment): string | undefined {
  const token = given?.trim();
  if (!token) return undefined;
  if (/^[\x21-\x7e]{1,500}$/.test(token)) return token;
  throw new HubAnswerError('Expected a token of Hugging Face for HF_TOKEN, received other characters; copy it again');
}
