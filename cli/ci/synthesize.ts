/** `cdk synth` for a pipeline: all checks on, and the lines that say what is wrong. */

import { join } from 'node:path';
import { type Ended, linesOf, runNode } from './check/run.ts';
import { PROJECT } from './project.ts';

/** The synthesis failed. */
export class SynthesisError extends Error {
  override readonly name = 'SynthesisError';
  /** The lines of the CDK, all faults of the settings among them. */
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(['The stacks do not synthesize:', ...lines].join('\n'));
    this.lines = lines;
  }
}

/** What a synthesis depends on besides the files. */
export interface SynthesisOptions {
  /** For this machine, so that the emulator can run it, instead of the architecture of the settings. */
  readonly local?: boolean;
  /** `key=value` for the CDK's `-c`. */
  readonly context: readonly string[];
}

/** Lines of the CDK about its own process. */
const IRRELEVANT = /^(Subprocess exited|.*: Subprocess exited|Successfully synthesized|Supply a stack id|\[notice)/i;

/** Synthesizes the stacks with their assets into a folder. @throws SynthesisError */
export async function synthesizeInto(folder: string, options: SynthesisOptions): Promise<void> {
  const cli = join(PROJECT, 'node_modules/aws-cdk/bin/cdk');
  const contexts = contextOf(options).flatMap((each) => ['-c', each]);
  const ended = await runNode([cli, 'synth', '--quiet', '--no-notices', '--output', folder, ...contexts], {
    environment: { CDK_DISABLE_CLI_TELEMETRY: 'true' },
  });
  if (ended.code !== 0) throw new SynthesisError(relevant(ended));
}

/** The context: that of the options, and with `local` this machine. */
export function contextOf({ local, context }: SynthesisOptions): string[] {
  const machine = [`architecture=${process.arch === 'arm64' ? 'arm64' : 'x86_64'}`, `os=${process.platform}`];
  return [...(local ? machine : []), ...context];
}

function relevant({ out, err }: Ended): string[] {
  return linesOf(err, out).filter((line) => !IRRELEVANT.test(line));
}
