/** Where a command's words go. */
export interface Output {
  /** Results: the standard output, so that they can be piped. */
  print(text: string): void;
  /** What a person should know beside them: the error stream. */
  note(text: string): void;
}

/** The terminal. */
export const terminal: Output = {
  print: (text) => {
    process.stdout.write(`${text}\n`);
  },
  note: (text) => {
    process.stderr.write(`${text}\n`);
  },
};
