/**
 * The workflows that `npm run ci -- init github` writes, run here command by command: a pull request is checked and
 * commented, a merge goes to the first account and with a good verdict to the next. Each account is a laptop.
 */

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { ApiClient } from './api-client.ts';
import { cloneProject, commit, writeLabelled, writeSettings } from './ci-clone.ts';
import { type RunningLaptop, startLaptop } from './laptop.ts';
import { small } from './pictures.ts';
import { synthesisProgram } from './synthesis.ts';
import { type Ran, readWorkflow, runWorkflow } from './workflow.ts';

jest.setTimeout(240_000);

/** Hides all cars but the most certain ones; shows all. */
const [BLIND, SEEING] = [0.97, 0.5];

interface Comment {
  readonly id: number;
  readonly user: { readonly type: string };
  body: string;
}

const work = mkdtempSync(join(tmpdir(), 'ci-journey-'));
const comments: Comment[] = [];
let clone: string;
let github: Server;
let accounts: Readonly<Record<'first' | 'next', RunningLaptop>>;

/** GitHub's comments of a pull request. */
async function startGithub(): Promise<Server> {
  const server = createServer(async (request, response) => {
    const { method, url = '' } = request;
    const isList = url.startsWith('/repos/shop/detectors/issues/7/comments');
    if (method === 'POST' && isList) {
      const { body } = (await json(request)) as { body: string };
      comments.push({ id: comments.length + 1, user: { type: 'Bot' }, body });
    } else if (method === 'PATCH') {
      const found = comments.find(({ id }) => url === `/repos/shop/detectors/issues/comments/${id}`) as Comment;
      found.body = ((await json(request)) as { body: string }).body;
    }
    response.end(JSON.stringify(method === 'GET' && isList ? comments : {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Runs a workflow as GitHub does; a job for an account gets its laptop. */
function run(name: 'check' | 'release'): Promise<Ran[]> {
  const workflow = readWorkflow(readFileSync(join(clone, `.github/workflows/models-${name}.yml`), 'utf8'));
  const { port } = github.address() as AddressInfo;
  return runWorkflow(workflow, {
    folder: clone,
    expressions: { 'github.token': 'token' },
    environmentOf: (job) => ({
      CI_LOCAL: '1',
      // Because the tests of `lib/` check the templates against CloudFormation's schemas.
      CDK_VALIDATION: 'false',
      ...(job === 'first' || job === 'next' ? { CI_HOME: accounts[job].home } : {}),
      GITHUB_API_URL: `http://127.0.0.1:${port}`,
      GITHUB_REPOSITORY: 'shop/detectors',
      GITHUB_EVENT_PATH: join(work, 'event.json'),
    }),
  });
}

/** Runs the release while callers send pictures to both accounts. */
async function release(): Promise<Ran[]> {
  const cars = await small('cars.jpg');
  const loads = Object.values(accounts).map(({ url }) => new ApiClient(url).load('count-cars', cars));
  const ran = await run('release');
  await Promise.all(loads.map((load) => load.stop()));
  return ran;
}

/** Commands with their exit codes. */
function codesOf(ran: readonly Ran[]): string[] {
  return ran.map(({ job, run: command, code }) => `${job}: ${command.replace('npm run ci -- ', '')}: ${code}`);
}

/** The versions that answer, of the first account and of the next. */
async function live(): Promise<(string | undefined)[]> {
  const cars = await small('cars.jpg');
  const answers = [accounts.first, accounts.next].map(({ url }) => new ApiClient(url).post('count-cars', cars));
  return (await Promise.all(answers)).map(({ version }) => version);
}

beforeAll(async () => {
  clone = cloneProject();
  await writeLabelled(join(clone, 'labelled/cars'));
  writeSettings(clone, BLIND);
  const init = execFileSync('npm', ['run', '--silent', 'ci', '--', 'init', 'github'], { cwd: clone });
  expect(init.toString()).toContain('wrote .github/workflows/models-release.yml');
  commit(clone, 'the first version');
  const assembly = join(work, 'assembly');
  const { file, args, options } = synthesisProgram(assembly, {});
  execFileSync(file, args, { ...options, cwd: clone });
  const repo = { repo: { full_name: 'shop/detectors' } };
  writeFileSync(join(work, 'event.json'), JSON.stringify({ pull_request: { number: 7, head: repo, base: repo } }));
  const start = () => startLaptop('--speed', '120', '--assembly', assembly);
  const [first, next] = await Promise.all([start(), start()]);
  accounts = { first, next };
  github = await startGithub();
});

afterAll(async () => {
  await Promise.all(Object.values(accounts ?? {}).map((laptop) => laptop.stop()));
  github?.close();
  for (const folder of [work, clone]) rmSync(folder, { recursive: true, force: true });
});

test('a good candidate: one table, then both accounts get the same assets', async () => {
  writeSettings(clone, SEEING);
  commit(clone, 'show all cars');
  const checked = await run('check');
  expect(codesOf(checked)).toEqual(['check: check --base HEAD^1: 0', 'comment: comment: 0']);
  expect(comments).toHaveLength(1);
  expect(comments[0]?.body).toContain('### All 2 checks passed');
  expect(comments[0]?.body).toMatch(/\| evaluation of count-cars \| passed \| .* 40 photos of labelled\/cars<br>/);
  expect(comments[0]?.body).toContain('This change is better than the version before in');

  const released = await release();
  expect(codesOf(released)).toEqual([
    'synthesize: synth: 0',
    'first: deploy: 0',
    'first: watch --minutes 330: 0',
    'next: deploy: 0',
    'next: watch --minutes 330: 0',
  ]);
  const deployed = released.filter(({ run: command }) => command.includes('deploy')).map(({ output }) => output);
  const [sums, versions] = [/assembly ([0-9a-f]{64})/, /^count-cars: version (\d+)$/m];
  expect(new Set([released[0], ...released].map((one) => sums.exec(one?.output ?? '')?.[1]).filter(Boolean)).size).toBe(
    1,
  );
  expect(deployed.map((output) => versions.exec(output)?.[1])).toEqual(['2', '2']);
  expect(released[2]?.output).toContain('waits for version 2 of count-cars');
  expect(released[2]?.output).toContain('count-cars: the rollout of version 2 is done');
  expect(await live()).toEqual(['2', '2']);
});

test('a bad candidate: the table says why; merged anyway, it is rolled back and goes no further', async () => {
  writeSettings(clone, BLIND);
  commit(clone, 'hide cars');
  const checked = await run('check');
  expect(codesOf(checked)).toEqual(['check: check --base HEAD^1: 3', 'comment: comment: 0']);
  expect(checked[0]?.output).toContain('1 of 2 checks failed: evaluation of count-cars.');
  expect(comments).toHaveLength(1);
  expect(comments[0]?.body).toContain('### 1 of 2 checks failed: evaluation of count-cars');
  expect(comments[0]?.body).toContain('This change is worse than the version before in');

  const released = await release();
  expect(codesOf(released)).toEqual(['synthesize: synth: 0', 'first: deploy: 0', 'first: watch --minutes 330: 12']);
  expect(released[2]?.output).toMatch(/count-cars: the rollout of version 3 was rolled back; .* Verdict: /);
  expect(released[2]?.output).toContain('Stops here: nothing is deployed to the next account.');
  expect(await live()).toEqual(['2', '2']);
});
