import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseCommit, changedFiles, extractCommit } from '../../../cli/ci/check/git.ts';

const repository = mkdtempSync(join(tmpdir(), 'ci-git-'));
/** A project below the root of its repository: paths are relative to the project. */
const project = join(repository, 'project');
afterAll(() => rmSync(repository, { recursive: true }));

function git(...args: readonly string[]): string {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  return execFileSync('git', [...identity, ...args], { cwd: repository, stdio: ['ignore', 'pipe', 'ignore'] })
    .toString()
    .trim();
}

function write(file: string, content: string): void {
  writeFileSync(join(project, file), content);
}

let first: string;

beforeAll(() => {
  mkdirSync(join(project, 'models/nano'), { recursive: true });
  git('init', '--quiet', '--initial-branch', 'main');
  write('models/nano/model.json', 'one');
  write('kept', 'kept');
  writeFileSync(join(repository, 'beside'), 'one');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  first = git('rev-parse', 'HEAD');
  git('checkout', '--quiet', '-b', 'change');
  write('models/nano/model.json', 'two');
  writeFileSync(join(repository, 'beside'), 'two');
  git('commit', '--quiet', '-a', '-m', 'change');
  git('checkout', '--quiet', 'main');
  write('kept', 'newer');
  git('commit', '--quiet', '-a', '-m', 'meanwhile');
  git('checkout', '--quiet', 'change');
});

test('the base is where the change left the branch', () => {
  expect(baseCommit(project, 'main')).toBe(first);
  expect(baseCommit(project, 'HEAD^1')).toBe(first);
});

test.each(['nothing', '--all'])('%s is no commit', (ref) => {
  expect(() => baseCommit(project, ref)).toThrow(
    new RegExp(`^Expected a commit that this clone has in common with HEAD for --base, received ${ref}: fatal: `),
  );
});

test('committed, uncommitted and new files differ, those of the project alone', () => {
  write('räder\n.txt', 'new');
  write('kept', 'edited');
  expect(changedFiles(project, first)).toEqual(['kept', 'models/nano/model.json', 'räder\n.txt']);
});

test('a commit is extracted as it was', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ci-extracted-'));
  extractCommit(project, first, folder);
  expect(readFileSync(join(folder, 'models/nano/model.json'), 'utf8')).toBe('one');
  rmSync(folder, { recursive: true });
});
