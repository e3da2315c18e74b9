/** Runs a command of the project, and keeps what it prints. */

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { PROJECT } from '../project.ts';

/** The end of a command. */
export interface Ended {
  /** Exit code, or the signal that ended it. */
  readonly code: number | string;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  /** Default: the project. */
  readonly folder?: string;
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a program of Node. */
export async function runNode(args: readonly string[], { folder, environment }: RunOptions = {}): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    cwd: folder ?? PROJECT,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, out, err };
}

/** Lines with text. */
export function linesOf(...texts: readonly string[]): string[] {
  return texts.flatMap((each) => each.split('\n')).filter((line) => line.trim() !== '');
}
