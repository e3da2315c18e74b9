import { setTimeout as pause } from 'node:timers/promises';

/** Pause between two requests of a load, milliseconds, so that rollouts of other endpoints get CPU time. */
const PACE_MS = 150;

/** One picture, or several that take turns. */
export type Pictures = Uint8Array | readonly Uint8Array[];

/** The picture whose turn it is. */
export function pick(pictures: Pictures, turn: number): Uint8Array {
  if (pictures instanceof Uint8Array) return pictures;
  const picture = pictures[turn % pictures.length];
  if (!picture) throw new Error('Expected at least one picture, received none');
  return picture;
}

/** The answer to one request. */
export interface Answer {
  readonly status: number;
  /** The version that answered, where the answer has it. */
  readonly version?: string;
  readonly id?: string;
  /** Times of sending and of the answer, milliseconds of `performance.now()`. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** A caller of the HTTP API. */
export class ApiClient {
  private readonly url: string;

  /** @param url address of the HTTP API, no slash at the end */
  constructor(url: string) {
    this.url = url;
  }

  /** Sends one picture. @param query options of the request */
  async post(path: string, picture: Uint8Array, query = ''): Promise<Answer> {
    const sentAt = performance.now();
    const body = new Uint8Array(picture);
    const headers = { 'content-type': 'image/jpeg' };
    const response = await fetch(`${this.url}/${path}${query}`, { method: 'POST', body, headers });
    const text = await response.text();
    const { id, release } = response.ok ? JSON.parse(text) : {};
    const version: string | undefined = release?.function_version;
    const answeredAt = performance.now();
    return { status: response.status, sentAt, answeredAt, ...(version && { version }), ...(id && { id }) };
  }

  /** Sends `count` pictures, two at a time. */
  async postMany(path: string, pictures: Pictures, count: number): Promise<Answer[]> {
    const answers: Answer[] = [];
    let turn = 0;
    const worker = async (share: number) => {
      for (let sent = 0; sent < share; sent += 1) answers.push(await this.post(path, pick(pictures, turn++)));
    };
    await Promise.all([worker(Math.ceil(count / 2)), worker(Math.floor(count / 2))]);
    return answers;
  }

  /** Sends one picture after the other until `stop`. */
  load(path: string, pictures: Pictures, { paceMs = PACE_MS } = {}): { stop(): Promise<Answer[]> } {
    const answers: Answer[] = [];
    let stopped = false;
    const run = (async () => {
      while (!stopped) {
        answers.push(await this.post(path, pick(pictures, answers.length)));
        await pause(paceMs);
      }
    })();
    // `stop` throws the error; a test that failed before it reports its own.
    run.catch(() => undefined);
    const stop = async () => {
      stopped = true;
      await run;
      return answers;
    };
    return { stop };
  }

  /** The JSON answer to a GET. */
  async get(path: string): Promise<unknown> {
    return (await fetch(`${this.url}/${path}`)).json();
  }

  /** Stores a human's decision after the request. */
  async decide(endpoint: string, id: string, count: number): Promise<void> {
    await this.put(`${endpoint}/predictions/${id}/decision`, { count });
  }

  /** Stores which of two answers a human finds more right. */
  async prefer(endpoint: string, id: string, preference: object): Promise<void> {
    await this.put(`${endpoint}/predictions/${id}/preference`, preference);
  }

  private async put(path: string, json: object): Promise<void> {
    const init = { method: 'PUT', body: JSON.stringify(json), headers: { 'content-type': 'application/json' } };
    const response = await fetch(`${this.url}/${path}`, init);
    if (!response.ok) throw new Error(`Expected a stored decision, received ${await response.text()}`);
  }
}
