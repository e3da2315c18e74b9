import type { Change } from '../cloudformation/deployment.ts';
import { inShell } from './emulator-options.ts';

/**
 * A line for each rollout that a deployment has started.
 * @param options that chose the emulator, `--local` among them
 */
export function startedRollouts(changes: readonly Change[], options: string): string[] {
  return changes.flatMap(({ type, properties, attributes }) => {
    if (type !== 'Custom::Rollout' || attributes?.Outcome !== 'rollout started') return [];
    const follow = `follow it with npm run rollout -- watch ${properties.Endpoint}${options}`;
    return [`Rollout of version ${properties.Version} started: ${follow}`];
  });
}

/** After a deployment to AWS. @param args of `cdk deploy`, whose profile is that of the next command, too */
export function followOnAws(args: readonly string[]): string {
  const profile = args.flatMap((arg, index) => {
    if (arg === '--profile') return args[index + 1] ?? [];
    return arg.startsWith('--profile=') ? arg.slice('--profile='.length) : [];
  })[0];
  const before = profile === undefined ? '' : `AWS_PROFILE=${inShell(profile)} `;
  return `Each new version starts a rollout: follow it with ${before}npm run rollout -- watch <endpoint>`;
}
