/** Runs the commands of a workflow of GitHub on this machine, in the order of its jobs. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';

/** A step of a job: an action, or a command. */
export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Job {
  readonly needs?: string;
  readonly if?: string;
  readonly environment?: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly on: Readonly<Record<string, { readonly branches: readonly string[]; readonly paths: readonly string[] }>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

export function readWorkflow(yaml: string): Workflow {
  return parse(yaml) as Workflow;
}

/** A command that was run. */
export interface Ran {
  readonly job: string;
  readonly run: string;
  readonly code: number;
  /** Standard output and error stream. */
  readonly output: string;
}

export interface RunnerOptions {
  /** The clone. */
  readonly folder: string;
  /** Variables for all commands of a job. */
  readonly environmentOf: (job: string) => Readonly<Record<string, string>>;
  /** Values of expressions by their text: `github.token`. */
  readonly expressions: Readonly<Record<string, string>>;
}

/** A job runs after one that failed only with this condition. */
const ALSO_AFTER_FAILURE = /^\$\{\{ !cancelled\(\) \}\}$/;

/**
 * Runs the commands as a runner does: a command that fails ends its job, and a job that fails ends those that need it.
 * Actions are left out. `npm ci` is, too: the clone has the packages of the same lock file.
 */
export async function runWorkflow({ jobs }: Workflow, options: RunnerOptions): Promise<Ran[]> {
  const ran: Ran[] = [];
  const failed = new Set<string>();
  for (const [name, job] of Object.entries(jobs)) {
    if (job.needs !== undefined && failed.has(job.needs) && !ALSO_AFTER_FAILURE.test(job.if ?? '')) {
      failed.add(name);
      continue;
    }
    for (const step of job.steps) {
      if (step.run === undefined || /^npm ci( |$)/.test(step.run)) continue;
      const one = await runStep(name, step, options);
      ran.push(one);
      if (one.code === 0) continue;
      failed.add(name);
      break;
    }
  }
  return ran;
}

async function runStep(job: string, { run = '', env = {} }: Step, options: RunnerOptions): Promise<Ran> {
  const own = Object.entries(env).map(([name, value]) => [name, filled(value, options.expressions)]);
  // As GitHub runs a step without `shell`.
  const child = spawn('bash', ['-e', '-c', filled(run, options.expressions)], {
    cwd: options.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.environmentOf(job), ...Object.fromEntries(own) },
  });
  const [[code], out, err] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  return { job, run, code, output: `${out}${err}` };
}

function filled(value: string, expressions: Readonly<Record<string, string>>): string {
  return value.replace(/\$\{\{ (.+?) \}\}/g, (_, expression: string) => {
    const found = expressions[expression];
    if (found === undefined) throw new Error(`Expected a value of the expression ${expression}, received none`);
    return found;
  });
}
