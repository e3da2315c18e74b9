import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The project's folder. */
export const PROJECT = join(import.meta.dirname, '../..');

/** An emulator in a process of its own, as `npm start` starts it. */
export interface RunningLaptop {
  /** Address of the HTTP API, without a slash at its end. */
  readonly url: string;
  /** Address of the AWS services. */
  readonly aws: string;
  /** The bucket of the deployment. */
  readonly bucket: string;
  /** Folder of assembly, logs and temporary files. */
  readonly home: string;
  readonly process: ChildProcess;
  /** Stops it as Ctrl-C does, and waits for its end. */
  stop(): Promise<void>;
  /** Kills it without any work at its end, and keeps its home. */
  crash(): Promise<void>;
}

/**
 * Starts it on free ports with a home of its own and waits until it is ready.
 * @param args further arguments, as after `npm start --`; with `--home <folder>`, an earlier one goes on
 */
export async function startLaptop(...args: string[]): Promise<RunningLaptop> {
  const given = args.includes('--home') ? args[args.indexOf('--home') + 1] : undefined;
  const home = given ?? mkdtempSync(join(tmpdir(), 'laptop-'));
  const child = spawn(process.execPath, ['local/main.ts', '--port', '0', '--home', home, ...args], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = await linesUntilReady(child);
  let expected = false;
  child.once('exit', (code, signal) => {
    if (expected) return;
    process.stderr.write(`The emulator ended (${signal ?? code}):\n${lines.slice(-40).join('\n')}\n`);
  });
  const found = (pattern: RegExp): string => lines.map((line) => pattern.exec(line)?.[1]).find(Boolean) ?? '';
  return {
    url: found(/^HTTP API\s+(\S+)/),
    aws: found(/^AWS\s+(\S+)/),
    bucket: found(/^bucket\s+s3:\/\/(\S+)/),
    home,
    process: child,
    crash: async () => {
      expected = true;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    stop: async () => {
      expected = true;
      child.kill('SIGINT');
      if (child.exitCode === null) await once(child, 'exit');
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function linesUntilReady(child: ChildProcess): Promise<string[]> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (line.startsWith('ready')) resolve(lines);
      });
    }
    child.once('exit', (code) =>
      reject(new Error(`The emulator ended with ${code} before it was ready:\n${lines.join('\n')}`)),
    );
  });
}
