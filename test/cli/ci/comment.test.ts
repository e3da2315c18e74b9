import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { MARKER } from '../../../cli/ci/check/row.ts';
import { CommentError, commentTable } from '../../../cli/ci/github/comment.ts';

const work = mkdtempSync(join(tmpdir(), 'comment-'));
const TABLE = `${MARKER}\n### All 2 checks passed`;
writeFileSync(join(work, 'table.md'), TABLE);

interface Request {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** What GitHub answers, in order of the requests, and what it received. */
let answers: { status: number; body: unknown }[] = [];
let requests: Request[] = [];
let github: Server;

beforeAll(async () => {
  github = createServer(async (request: IncomingMessage, response) => {
    const { method, url, headers } = request;
    requests.push({ method, url, authorization: headers.authorization, body: await text(request) });
    const { status, body } = answers.shift() ?? { status: 500, body: {} };
    response.statusCode = status;
    response.end(JSON.stringify(body));
  });
  github.listen(0, '127.0.0.1');
  await once(github, 'listening');
});
afterAll(() => {
  github.close();
  rmSync(work, { recursive: true });
});

/** Comments with these answers of GitHub. @returns what it prints */
async function comment(given: typeof answers, more: object = {}, from = 'shop/detectors'): Promise<string> {
  [answers, requests] = [given, []];
  const event = {
    pull_request: { number: 7, head: { repo: { full_name: from } }, base: { repo: { full_name: 'shop/detectors' } } },
  };
  writeFileSync(join(work, 'event.json'), JSON.stringify(event));
  const printed: string[] = [];
  const environment = {
    GITHUB_API_URL: `http://127.0.0.1:${(github.address() as AddressInfo).port}`,
    GITHUB_TOKEN: 'token',
    GITHUB_REPOSITORY: 'shop/detectors',
    GITHUB_EVENT_PATH: join(work, 'event.json'),
    ...more,
  };
  await commentTable(work, environment, { print: (line) => printed.push(line), note: () => {} });
  return printed.join('\n');
}

const bot = { type: 'Bot' };
const COMMENTS = '/repos/shop/detectors/issues/7/comments';

test('the first run adds a comment', async () => {
  const others = [
    { id: 1, body: 'nice', user: { type: 'User' } },
    { id: 2, body: null, user: null },
  ];
  expect(
    await comment([
      { status: 200, body: others },
      { status: 201, body: {} },
    ]),
  ).toBe('Added the comment in pull request 7.');
  expect(requests).toEqual([
    { method: 'GET', url: `${COMMENTS}?per_page=100&page=1`, authorization: 'Bearer token', body: '' },
    { method: 'POST', url: COMMENTS, authorization: 'Bearer token', body: JSON.stringify({ body: TABLE }) },
  ]);
});

test('a later run replaces it, also on the second page, and not the quotation of a person', async () => {
  const first = Array.from({ length: 100 }, (_, id) => ({ id, body: MARKER, user: { type: 'User' } }));
  const second = [{ id: 205, body: `${MARKER} old`, user: bot }];
  expect(
    await comment([
      { status: 200, body: first },
      { status: 200, body: second },
      { status: 200, body: {} },
    ]),
  ).toBe('Updated the comment in pull request 7.');
  expect(requests.map(({ method, url }) => `${method} ${url}`).at(-1)).toBe(
    'PATCH /repos/shop/detectors/issues/comments/205',
  );
});

test('a pull request of a fork gets no comment, and does not fail', async () => {
  expect(await comment([], {}, 'someone/detectors')).toBe(
    'The pull request comes from a fork, whose token cannot comment: the table is in the summary of the job.',
  );
  expect(requests).toEqual([]);
});

test('a refusal of GitHub says what the job lacks', async () => {
  const refused = { status: 403, body: { message: 'Resource not accessible by integration' } };
  await expect(comment([{ status: 200, body: [] }, refused])).rejects.toThrow(
    new CommentError(
      `GitHub answered 403 to POST ${COMMENTS}: Resource not accessible by integration. The job needs the permission ` +
        'pull-requests: write',
    ),
  );
});

test('outside of GitHub it names the missing variables; for another event, the event', async () => {
  await expect(comment([], { GITHUB_TOKEN: undefined, GITHUB_EVENT_PATH: '' })).rejects.toThrow(
    'Expected a job of GitHub Actions, received no GITHUB_TOKEN, GITHUB_EVENT_PATH.',
  );
  writeFileSync(join(work, 'push.json'), '{"ref":"refs/heads/main"}');
  await expect(comment([], { GITHUB_EVENT_PATH: join(work, 'push.json') })).rejects.toThrow(
    'Expected the event of a pull request, received another event',
  );
});

test('without a table it names the command', async () => {
  const output = { print: () => {}, note: () => {} };
  await expect(commentTable(join(work, 'none'), {}, output)).rejects.toThrow(
    `Expected the table ${join(work, 'none/table.md')}, received no file. To make it: npm run ci -- check --base main`,
  );
});
