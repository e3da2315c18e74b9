import { styleText } from 'node:util';

/** Where a command writes text. */
export interface Output {
  /** Writes a result to the standard output, so that it can be piped. */
  print(text: string): void;
  /** Writes a remark for people to the error stream. */
  note(text: string): void;
}

/** An output with the properties of the terminal behind it. */
export interface Terminal extends Output {
  /** Colours a result, but only on a terminal and without `NO_COLOR`. */
  paint(colour: Colour, text: string): string;
  /** Characters in a line. */
  readonly width: number;
  /** Whether the standard output is a terminal. */
  readonly isInteractive: boolean;
}

export type Colour = 'green' | 'yellow' | 'red' | 'dim' | 'bold';

/** Line width where none is known: wide enough for sentences. */
const WIDTH = 110;

/** The terminal of this process. */
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
