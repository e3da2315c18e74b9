import { AssemblyNotFoundError } from '../../local/cloudformation/assembly.ts';
import { messageOf as messageOfRollout } from '../rollout/errors.ts';
import { GitError } from './check/git.ts';
import { CommentError } from './github/comment.ts';
import { EditedWorkflowError, NotTheRootError } from './github/init.ts';
import { ArchiveError } from './release/archive.ts';
import { ForeignAssemblyError } from './release/released.ts';
import { SynthesisError } from './synthesize.ts';

const OWN = [
  ArchiveError,
  AssemblyNotFoundError,
  CommentError,
  EditedWorkflowError,
  ForeignAssemblyError,
  GitError,
  NotTheRootError,
  SynthesisError,
];

/** The message for an error, without the name of its class. */
export function messageOf(error: unknown): string {
  return OWN.some((cause) => error instanceof cause) ? (error as Error).message : messageOfRollout(error);
}
