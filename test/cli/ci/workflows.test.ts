/** The workflows as GitHub reads them. Their keys and values come from its reference of the workflow syntax. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { ACTIONS } from '../../../cli/ci/github/actions.ts';
import { initGithub } from '../../../cli/ci/github/init.ts';
import { isUnedited, type WorkflowFile, workflowFiles } from '../../../cli/ci/github/workflows.ts';
import { program } from '../../../cli/ci/program.ts';

const NAMES = { branch: 'trunk', first: 'test', next: 'live' };
const [check, release] = workflowFiles(NAMES) as unknown as readonly [WorkflowFile, WorkflowFile];

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax, as far as it is used. */
const permissions = z.strictObject({
  contents: z.enum(['read', 'none']).optional(),
  'pull-requests': z.enum(['read', 'write', 'none']).optional(),
  'id-token': z.enum(['write', 'none']).optional(),
});
const step = z.union([
  z.strictObject({
    name: z.string().optional(),
    if: z.string().optional(),
    uses: z.string(),
    with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  }),
  z.strictObject({ name: z.string(), run: z.string(), env: z.record(z.string(), z.string()).optional() }),
]);
const event = z.strictObject({ branches: z.array(z.string()), paths: z.array(z.string()) });
const schema = z.strictObject({
  name: z.string(),
  on: z.strictObject({ pull_request: event.optional(), push: event.optional() }),
  permissions: permissions,
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.boolean() }),
  jobs: z.record(
    z.string().regex(/^[A-Za-z_][\w-]*$/),
    z.strictObject({
      needs: z.string().optional(),
      if: z.string().optional(),
      environment: z.string().optional(),
      'runs-on': z.literal('ubuntu-24.04'),
      // GitHub ends a job of its own runners after 6 hours.
      'timeout-minutes': z.int().max(360),
      permissions,
      steps: z.array(step).min(1),
    }),
  ),
});

const parsed = (text: string) => schema.parse(parse(text, { strict: true, uniqueKeys: true }));
const jobsOf = (text: string) => Object.entries(parsed(text).jobs);
const all = [...jobsOf(check.text), ...jobsOf(release.text)];
const steps = all.flatMap(([, job]) => job.steps);

test('both are workflows; jobs that need others come after them', () => {
  for (const { text } of [check, release]) {
    const names = jobsOf(text).map(([name]) => name);
    for (const [index, [, job]] of jobsOf(text).entries())
      if (job.needs !== undefined) expect(names.slice(0, index)).toContain(job.needs);
  }
});

test('they run for the same branch and files, at least those that are deployed', () => {
  const { pull_request } = parsed(check.text).on;
  expect(pull_request).toEqual(parsed(release.text).on.push);
  expect(pull_request?.branches).toEqual(['trunk']);
  for (const folder of ['models', 'lib', 'functions', 'layers']) expect(pull_request?.paths).toContain(`${folder}/**`);
});

test('a pull request runs without secrets and without a token that can write, besides the comment', () => {
  expect(Object.keys(parsed(check.text).on)).toEqual(['pull_request']);
  expect(check.text + release.text).not.toMatch(/secrets\.|^ *pull_request_target:/m);
  expect(Object.fromEntries(jobsOf(check.text).map(([name, job]) => [name, job.permissions]))).toEqual({
    check: { contents: 'read' },
    comment: { contents: 'read', 'pull-requests': 'write' },
  });
  // So that the job that can write runs no code of the pull request.
  const [checkout, , install] = parsed(check.text).jobs.comment?.steps ?? [];
  expect(checkout).toMatchObject({ with: { ref: expect.stringContaining('pull_request.base.sha') } });
  expect(install).toMatchObject({ run: 'npm ci --ignore-scripts' });
});

test('only jobs of an environment get a token for AWS, by a role and without keys', () => {
  for (const [, { environment, permissions: granted, steps: own }] of all) {
    const takesRole = own.some((each) => 'uses' in each && each.uses.startsWith('aws-actions/'));
    expect({ takesRole, token: granted['id-token'] }).toEqual(
      environment === undefined ? { takesRole: false } : { takesRole: true, token: 'write' },
    );
  }
  expect(all.flatMap(([, { environment }]) => environment ?? [])).toEqual(['test', 'live']);
  expect(release.text).not.toMatch(/aws-(access-key|secret)/);
});

test('every action is one of the list, at a commit, with the release beside it', () => {
  const used = steps.flatMap((each) => ('uses' in each ? [each.uses] : []));
  const pinned = Object.values(ACTIONS).map((action) => action.replace(/ # v\d+\.\d+\.\d+$/, ''));
  for (const action of pinned) expect(action).toMatch(/^[a-z-]+\/[a-z-]+@[0-9a-f]{40}$/);
  expect([...new Set(used)].toSorted()).toEqual(pinned.toSorted());
});

test('no checkout leaves its token in the clone', () => {
  const checkouts = steps.filter((each) => 'uses' in each && each.uses.startsWith('actions/checkout@'));
  expect(checkouts.map((each) => ('with' in each ? each.with?.['persist-credentials'] : true))).toEqual(
    checkouts.map(() => false),
  );
});

test('every command is one command of this project, without expressions of GitHub and without logic', () => {
  const commands = program().commands.map((each) => each.name());
  const runs = steps.flatMap((each) => ('run' in each ? [each.run] : []));
  expect(runs.length).toBeGreaterThan(8);
  for (const run of runs) {
    const [, name] = /^npm (?:ci(?: --ignore-scripts)?|run ci -- ([a-z]+)(?: --[a-z]+ [\w^]+)*)$/.exec(run) ?? [run];
    expect(name === undefined || commands.includes(name)).toBe(true);
  }
});

describe('init github', () => {
  const root = mkdtempSync(join(tmpdir(), 'ci-init-'));
  const file = join(root, '.github/workflows/models-check.yml');
  afterAll(() => rmSync(root, { recursive: true }));
  beforeAll(() => execFileSync('git', ['init', '--quiet'], { cwd: root }));

  const init = (more: object = {}, folder = root) => {
    const printed: string[] = [];
    initGithub(folder, { ...NAMES, ...more }, { print: (text) => printed.push(text), note: () => {} });
    return printed;
  };

  test('writes both files, and says what must be set', () => {
    const [first, second, rest] = init();
    expect([first, second]).toEqual([
      'wrote .github/workflows/models-check.yml',
      'wrote .github/workflows/models-release.yml',
    ]);
    expect(rest).toContain('gh variable set AWS_ROLE_ARN --env test --body');
    expect(rest).toContain('environments test and live: allow the branch trunk alone');
    expect(init()[0]).toBe('unchanged .github/workflows/models-check.yml');
  });

  test('replaces files of an earlier release that nobody edited', () => {
    expect(isUnedited(readFileSync(file, 'utf8'))).toBe(true);
    expect(init({ branch: 'main' })[0]).toBe('replaced .github/workflows/models-check.yml');
  });

  test('an edited file is replaced with --yes alone', () => {
    const edited = readFileSync(file, 'utf8').replace('timeout-minutes: 60', 'timeout-minutes: 90');
    writeFileSync(file, edited);
    expect(() => init()).toThrow(/^Nothing is written, because these files were edited/);
    expect(() => init()).toThrow('-    timeout-minutes: 90\n+    timeout-minutes: 60\n');
    expect(() => init()).toThrow(/\nTo replace them: npm run ci -- init github --yes$/);
    expect(readFileSync(file, 'utf8')).toBe(edited);
    expect(init({ yes: true })[0]).toBe('replaced .github/workflows/models-check.yml');
    expect(isUnedited(readFileSync(file, 'utf8'))).toBe(true);
  });

  test('a folder of another repository is refused, because GitHub reads no workflows there', () => {
    const below = join(root, 'below');
    mkdirSync(below);
    expect(() => init({}, below)).toThrow(/^Expected the root of a repository, .* received the folder .*below of /);
    expect(existsSync(join(below, '.github'))).toBe(false);
  });
});
