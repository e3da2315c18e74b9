/** `npm run ci -- init github`: writes the workflows, and says what must be set on GitHub and on AWS. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { difference } from '../../model/use/confirm.ts';
import type { Output } from '../../terminal/terminal.ts';
import { isUnedited, type WorkflowFile, type WorkflowNames, workflowFiles } from './workflows.ts';

export interface InitOptions extends WorkflowNames {
  /** Replaces edited files. */
  readonly yes?: boolean;
}

/** The project is not the root of its repository, where GitHub looks for workflows. */
export class NotTheRootError extends Error {
  override readonly name = 'NotTheRootError';
}

/** Nothing was written, because a file was edited. */
export class EditedWorkflowError extends Error {
  override readonly name = 'EditedWorkflowError';
}

/** Lines of a difference that a message shows. */
const MOST_LINES = 20;

/** @param root the project. @throws EditedWorkflowError, NotTheRootError */
export function initGithub(root: string, options: InitOptions, output: Output): void {
  checkRoot(root);
  const files = workflowFiles(options);
  const edited = options.yes ? [] : files.filter(({ path }) => isEdited(join(root, path)));
  if (edited.length > 0) throw new EditedWorkflowError(refusal(root, edited));
  for (const { path, text } of files) output.print(write(join(root, path), text, path));
  output.print(whatToSet(options));
}

/** Without Git, the files are written. */
function checkRoot(root: string): void {
  const found = gitRoot(root);
  if (found === undefined || realpathSync(found) === realpathSync(root)) return;
  throw new NotTheRootError(
    `Expected the root of a repository, where GitHub reads workflows, received the folder ${root} of ${found}`,
  );
}

function gitRoot(folder: string): string | undefined {
  try {
    const args = ['rev-parse', '--show-toplevel'];
    return execFileSync('git', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return undefined;
  }
}

function isEdited(file: string): boolean {
  return existsSync(file) && !isUnedited(readFileSync(file, 'utf8'));
}

function write(file: string, text: string, path: string): string {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (before === text) return `unchanged ${path}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return `${before === undefined ? 'wrote' : 'replaced'} ${path}`;
}

function refusal(root: string, edited: readonly WorkflowFile[]): string {
  const parts = edited.map(({ path, text }) => {
    const lines = difference({ before: readFileSync(join(root, path), 'utf8'), after: text });
    const more = lines.length - MOST_LINES;
    return [`${path}:`, ...lines.slice(0, MOST_LINES), ...(more > 0 ? [`… ${more} more lines`] : [])].join('\n');
  });
  return [
    'Nothing is written, because these files were edited since they were written. What would change:',
    ...parts,
    'To replace them: npm run ci -- init github --yes',
  ].join('\n');
}

function whatToSet({ branch, first, next }: WorkflowNames): string {
  return `
Before the first merge (docs/ci.md has the commands):
1. AWS, in each of the two accounts: the provider token.actions.githubusercontent.com, npx cdk bootstrap, and a role
   that this repository's environment alone may take, with a session of 6 hours.
2. GitHub, environments ${first} and ${next}: allow the branch ${branch} alone, and set two variables in each:
     gh variable set AWS_ROLE_ARN --env ${first} --body arn:aws:iam::<account>:role/<role>
     gh variable set AWS_REGION   --env ${first} --body <region>
     gh variable set AWS_ROLE_ARN --env ${next} --body arn:aws:iam::<account>:role/<role>
     gh variable set AWS_REGION   --env ${next} --body <region>
3. Labelled photos for the comparison with the version before: labelled: { folder: '…' } of an endpoint.
Both workflows run commands of this repository alone. To see the table now: npm run ci -- check --base ${branch}`;
}
