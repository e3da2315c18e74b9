import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { findRunning } from '../local/running.ts';

/** A laptop of its own for a measurement, as `npm start` runs it. */
export interface BenchLaptop extends AsyncDisposable {
  readonly url: string;
  /** Its main process. */
  readonly pid: number;
}

const PROJECT = resolve(import.meta.dirname, '..');

/**
 * Starts `npm start` on free ports in a new temporary folder.
 * @param concurrency most processes of each function
 * @param more arguments, as after `npm start --`
 * @throws Error with the laptop's output where it ends before it is ready
 */
export async function startLaptop(concurrency = 1, more: readonly string[] = []): Promise<BenchLaptop> {
  const home = await mkdtemp(join(tmpdir(), 'bench-laptop-'));
  const options = ['--port', '0', '--home', home, '--concurrency', String(concurrency), ...more];
  // As in package.json.
  const flags = ['--max-semi-space-size=2', '--heap-growing-percent=400'];
  const child = spawn(process.execPath, [...flags, join(PROJECT, 'local/main.ts'), ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await ready(child);
  const [laptop] = findRunning(home);
  if (!laptop) throw new Error(`Expected a running laptop in ${home}, received none`);
  return {
    url: laptop.url,
    pid: laptop.pid,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Reads its output to the end, so that its access log does not fill the pipe. */
function ready(child: ChildProcess): Promise<void> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      if (line.startsWith('ready in ')) resolve();
      else if (lines.length < 1000) lines.push(line);
    });
    child.once('exit', () => reject(new Error(`Expected a laptop that starts, received\n${lines.join('\n')}`)));
  });
}
