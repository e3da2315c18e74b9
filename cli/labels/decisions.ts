/** Stores the counts of labelled pictures as human decisions, by the API. */

import type { ApiClient } from '../console/api-client.ts';
import type { CorrectedPicture } from './formats/format.ts';

/** Decisions that are sent at the same time. */
const CONCURRENCY = 4;
/** API Gateway ends a request after 30 s. */
const ANSWER_MS = 40_000;

/** Who decided, and on which endpoint. */
export interface Decider {
  readonly endpoint: string;
  /** Name of the person. */
  readonly by: string;
  /** Labels that the endpoint counts. Absent: all. */
  readonly counted?: readonly string[];
  /** Token of an operator, where the API expects one. Absent: requests are signed. */
  readonly token?: string;
}

/** What became of the decisions. */
export interface SentDecisions {
  readonly stored: number;
  /** Pictures with a region of many objects, which cannot be counted. */
  readonly uncounted: number;
  /** The others, each with the reason. */
  readonly failed: readonly string[];
}

/** Sends one count for each picture: the number of its boxes of the labels that the endpoint counts. */
export async function sendDecisions(
  api: Pick<ApiClient, 'send'>,
  pictures: readonly CorrectedPicture[],
  decider: Decider,
): Promise<SentDecisions> {
  const whole = pictures.filter(({ boxes }) => !boxes.some(({ crowd }) => crowd));
  const failed: string[] = [];
  for (let at = 0; at < whole.length; at += CONCURRENCY) {
    const sent = whole.slice(at, at + CONCURRENCY).map((picture) => send(api, picture, decider));
    failed.push(...(await Promise.all(sent)).filter((reason) => reason !== undefined));
  }
  return { stored: whole.length - failed.length, uncounted: pictures.length - whole.length, failed };
}

/** @returns why it was not stored */
async function send(
  api: Pick<ApiClient, 'send'>,
  { id, boxes }: CorrectedPicture,
  { endpoint, by, counted, token }: Decider,
): Promise<string | undefined> {
  const count = boxes.filter(({ label }) => !counted || counted.includes(label)).length;
  try {
    const answer = await api.send({
      method: 'PUT',
      target: `/${endpoint}/predictions/${id}/decision`,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: Buffer.from(JSON.stringify({ count, by })),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (answer.ok) return undefined;
    return `${id}: ${answer.status} ${await reasonOf(answer)}`.trim();
  } catch (error) {
    return `${id}: ${(error as Error).message}`;
  }
}

async function reasonOf(answer: Response): Promise<string> {
  const body = (await answer.json().catch(() => ({}))) as { title?: string; message?: string };
  return body.title ?? body.message ?? '';
}
