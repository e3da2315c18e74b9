import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { PROJECT } from '../../journeys/laptop.ts';

/** What a command came to. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts a program as a script does: without a terminal. @param program default: that of `npm run rollout` */
export function startCommand(
  args: readonly string[],
  program = 'cli/rollout.ts',
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'pipe'],
    // What a user may have set for the real AWS must not be reached.
    env: { ...process.env, AWS_PROFILE: undefined, AWS_CONFIG_FILE: '/dev/null', AWS_EC2_METADATA_DISABLED: 'true' },
  });
  const all = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  return { child, ended: all.then(([[code], out, err]) => ({ code, out, err })) };
}

/** Runs it to its end. */
export function runCommand(...args: string[]): Promise<Ended> {
  return startCommand(args).ended;
}
