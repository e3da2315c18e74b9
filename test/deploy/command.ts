/** The commands of the project as processes, with the environment of `ministack.sh`. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Runs `npm run` with these arguments until it ends. */
export async function npmRun(...args: string[]): Promise<{ code: number; output: string }> {
  const child = spawn('npm', ['run', '--silent', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { code, output };
}

/** A running console. */
export interface RunningConsole {
  /** The address to open, once. */
  readonly address: string;
  readonly origin: string;
  close(): Promise<void>;
}

/** Starts `npm run console`, without npm in between, so that a signal reaches it. */
export async function startConsole(): Promise<RunningConsole> {
  const child = spawn(process.execPath, ['cli/console.ts'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const [output] = await Promise.race([once(child.stdout, 'data'), closed]);
  const [address = ''] = String(output).split('\n');
  const close = async () => {
    child.kill('SIGINT');
    await closed;
  };
  return { address, origin: new URL(address).origin, close };
}
