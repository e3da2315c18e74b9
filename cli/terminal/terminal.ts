import { styleText } from 'node:util';

/** Where a command's words go, and how it looks there. */
export interface Terminal {
  /** Results: the standard output, so that they can be piped. */
  print(text: string): void;
  /** What a person should know beside them: the error stream. */
  note(text: string): void;
  /** Colours a result: only on a terminal, and not with `NO_COLOR`. */
  paint(colour: Colour, text: string): string;
  /** Characters in a line. */
  readonly width: number;
  /** Whether somebody watches. */
  readonly isInteractive: boolean;
}

export type Colour = 'green' | 'yellow' | 'red' | 'dim' | 'bold';

/** Wide enough for sentences where nobody says how wide it is. */
const WIDTH = 110;

/** The process's own terminal. */
export const processTerminal: Terminal = {
  print: (text) => {
    process.stdout.write(`${text}\n`);
  },
  note: (text) => {
    process.stderr.write(`${text}\n`);
  },
  paint: (colour, text) => styleText(colour, text, { stream: process.stdout }),
  width: process.stdout.columns ?? WIDTH,
  isInteractive: process.stdout.isTTY === true,
};
