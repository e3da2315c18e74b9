/** Exit codes that a pipeline can tell apart. */
export const EXIT = {
  done: 0,
  /** The model, truth or picture was refused, or something failed; the message says what. */
  failed: 1,
  /** The command was called wrongly. */
  usage: 2,
  /** `eval --fail-if-worse`: the model is worse than its baseline. */
  worse: 3,
} as const;

/** The exit code of a fault, told by its name and commander's code. */
export function exitCodeOf(error: unknown): number {
  const { name, code } = error as { name?: string; code?: string };
  if (code === 'commander.helpDisplayed' || code === 'commander.version') return EXIT.done;
  if (code?.startsWith('commander.')) return EXIT.usage;
  return name === 'WorseThanBaselineError' ? EXIT.worse : EXIT.failed;
}
