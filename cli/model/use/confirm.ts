/** Shows the change of a settings file, and asks before it is written. */

import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { diff } from 'node:util';
import type { EditedSettings } from '../../challenge/settings-file.ts';

/** Lines that a change removes (`-`) and adds (`+`). */
export function difference({ before, after }: EditedSettings): string[] {
  const lines = diff(before.split('\n'), after.split('\n')) as [number, string][];
  return lines.flatMap(([sign, line]) => (sign === 0 ? [] : [`${sign > 0 ? '-' : '+'}${line}`]));
}

/** Streams of a terminal. */
interface Streams {
  readonly input: Readable;
  readonly output: Writable;
}

/** Asks on the terminal. Ctrl-C and Ctrl-D mean no. */
export async function confirm(
  question: string,
  streams: Streams = { input: process.stdin, output: process.stderr },
): Promise<boolean> {
  const terminal = createInterface(streams);
  const answer = await new Promise<string>((resolve) => {
    terminal.once('close', () => resolve(''));
    terminal.question(`${question} [y/N] `, resolve);
  });
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
