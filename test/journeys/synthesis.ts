import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './laptop.ts';

/** A program with its arguments and its environment. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv };
}

/**
 * The program that synthesizes as `cdk synth` does, in half its time: without the start of the CDK command, and without
 * the checks against CloudFormation's schemas, which the tests of `lib/` cover.
 * @param output folder of the cloud assembly
 * @param context values of `-c name=value`
 */
export function synthesisProgram(output: string, context: Readonly<Record<string, string>>): Program {
  const { context: flags } = JSON.parse(readFileSync(join(PROJECT, 'cdk.json'), 'utf8'));
  const machine = {
    architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
    os: process.platform,
  };
  return {
    file: process.execPath,
    args: ['lib/app.ts'],
    options: {
      cwd: PROJECT,
      env: {
        ...process.env,
        CDK_VALIDATION: 'false',
        CDK_OUTDIR: output,
        CDK_CONTEXT_JSON: JSON.stringify({ ...flags, ...machine, ...context }),
      },
    },
  };
}
