/** What changed since a commit, by Git, and the files as they were. */

import { execFileSync } from 'node:child_process';

/** Git is missing, or does not know the commit. */
export class GitError extends Error {
  override readonly name = 'GitError';
}

/** Bytes of the archive of all files, at most. */
const MOST_BYTES = 4 * 1024 ** 3;

function git(folder: string, args: readonly string[]): Buffer {
  return execFileSync('git', args, { cwd: folder, maxBuffer: MOST_BYTES, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The commit at which the present one left `ref`: 40 digits. @throws GitError */
export function baseCommit(folder: string, ref: string): string {
  try {
    return git(folder, ['merge-base', '--end-of-options', ref, 'HEAD']).toString().trim();
  } catch (cause) {
    const { stderr, message } = cause as { stderr?: Buffer; message: string };
    const reason = (stderr?.toString().trim() || message).replaceAll('\n', ' ');
    throw new GitError(
      `Expected a commit that this clone has in common with HEAD for --base, received ${ref}: ${reason}. ` +
        'A clone without history needs it first: git fetch --unshallow',
      { cause },
    );
  }
}

/** Files that differ from a commit, uncommitted and new ones too. Relative to the folder, sorted. */
export function changedFiles(folder: string, commit: string): string[] {
  const differ = git(folder, ['diff', '--name-only', '--no-renames', '--relative', '-z', commit, '--', '.']);
  const added = git(folder, ['ls-files', '--others', '--exclude-standard', '-z']);
  const names = `${differ}${added}`.split('\0').filter((name) => name !== '');
  return [...new Set(names)].toSorted();
}

/** Writes all files of a commit into an empty folder. */
export function extractCommit(folder: string, commit: string, into: string): void {
  execFileSync('tar', ['-xf', '-', '-C', into], { input: git(folder, ['archive', '--format=tar', commit]) });
}
