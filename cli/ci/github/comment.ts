/** `npm run ci -- comment`: writes the table into the pull request, always into the same comment. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Output } from '../../terminal/terminal.ts';
import { MARKER } from '../check/row.ts';
import { FILES } from '../project.ts';

/** The environment of a step on GitHub. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** There is no table, no pull request, or GitHub refuses the comment. */
export class CommentError extends Error {
  override readonly name = 'CommentError';
}

const eventSchema = z.object({
  pull_request: z.object({
    number: z.int(),
    head: z.object({ repo: z.object({ full_name: z.string() }).nullable() }),
    base: z.object({ repo: z.object({ full_name: z.string() }) }),
  }),
});

const commentsSchema = z.array(
  z.object({ id: z.int(), body: z.string().nullish(), user: z.object({ type: z.string() }).nullish() }),
);

const FROM_A_FORK =
  'The pull request comes from a fork, whose token cannot comment: the table is in the summary of the job.';

/** Comments of a page, at most what GitHub allows. */
const PAGE = 100;

interface Place {
  readonly api: string;
  readonly repository: string;
  readonly number: number;
  readonly token: string;
}

/**
 * Replaces the comment that an earlier run wrote, or adds one.
 * @param out folder of the table
 * @throws CommentError
 */
export async function commentTable(out: string, environment: Environment, output: Output): Promise<void> {
  const file = join(out, FILES.table);
  if (!existsSync(file))
    throw new CommentError(`Expected the table ${file}, received no file. To make it: npm run ci -- check --base main`);
  const body = readFileSync(file, 'utf8');
  const place = placeOf(environment);
  if (place === undefined) {
    output.print(FROM_A_FORK);
    return;
  }
  const own = await ownComment(place);
  const comments = `/repos/${place.repository}/issues`;
  if (own === undefined) await call(place, 'POST', `${comments}/${place.number}/comments`, { body });
  else await call(place, 'PATCH', `${comments}/comments/${own}`, { body });
  output.print(`${own === undefined ? 'Added' : 'Updated'} the comment in pull request ${place.number}.`);
}

/** @returns undefined for a pull request of another repository. @throws CommentError */
function placeOf(environment: Environment): Place | undefined {
  const { GITHUB_TOKEN: token = '', GITHUB_REPOSITORY: repository = '', GITHUB_EVENT_PATH: path = '' } = environment;
  const missing = Object.entries({ GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository, GITHUB_EVENT_PATH: path })
    .filter(([, value]) => value === '')
    .map(([name]) => name);
  if (missing.length > 0)
    throw new CommentError(
      `Expected a job of GitHub Actions, received no ${missing.join(', ')}. The table is in the file ${FILES.table}`,
    );
  const event = eventSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!event.success) throw new CommentError('Expected the event of a pull request, received another event');
  const { number, head, base } = event.data.pull_request;
  if (head.repo?.full_name !== base.repo.full_name) return undefined;
  return { api: environment.GITHUB_API_URL ?? 'https://api.github.com', repository, number, token };
}

/** The comment of an earlier run: a person's that quotes one is another. */
async function ownComment(place: Place): Promise<number | undefined> {
  for (let page = 1; ; page += 1) {
    const path = `/repos/${place.repository}/issues/${place.number}/comments?per_page=${PAGE}&page=${page}`;
    const comments = commentsSchema.parse(await call(place, 'GET', path));
    const own = comments.find(({ body, user }) => user?.type === 'Bot' && body?.startsWith(MARKER));
    if (own) return own.id;
    if (comments.length < PAGE) return undefined;
  }
}

/** @throws CommentError */
async function call({ api, token }: Place, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(api + path, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-github-api-version': '2022-11-28',
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (response.ok) return response.json();
  const { message = '' } = (await response.json().catch(() => ({}))) as { message?: string };
  const advice = response.status === 403 ? '. The job needs the permission pull-requests: write' : '';
  throw new CommentError(`GitHub answered ${response.status} to ${method} ${path}: ${message}${advice}`);
}
