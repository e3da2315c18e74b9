/** Commands in messages, with the options that chose the deployment. */

import type { Standing } from '../../functions/standing/standing.ts';
import { deployment as settings } from '../../lib/endpoints.ts';
import { emulatorOptions, inShell } from '../../local/cli/emulator-options.ts';

/** The options that a command was given. Absent ones: AWS, and the defaults. */
export interface Given {
  readonly local?: boolean;
  readonly home?: string;
  readonly port?: string;
  readonly deployment?: string;
}

/** `npm run rollout -- watch count-cars --local`. @param args without these options */
export function commandLine(program: 'rollout' | 'batch', args: string, given: Given = {}): string {
  return `npm run ${program} -- ${args}${optionsOf(given)}`;
}

/** Its own `--port` is not that of the emulator. */
export function consoleCommand({ port: _, ...given }: Given = {}): string {
  const options = optionsOf(given);
  return options === '' ? 'npm run console' : `npm run console --${options}`;
}

function optionsOf({ deployment, ...given }: Given): string {
  const name = deployment === undefined || deployment === settings.name ? '' : ` --deployment ${inShell(deployment)}`;
  return `${given.local ? emulatorOptions(given) : ''}${name}`;
}

/** The commands in a verdict, which the rollout function wrote, with the options. */
export function withOptions(standing: Standing, given: Given = {}): Standing {
  const { rollout } = standing;
  if (!rollout) return standing;
  const { wait } = rollout;
  const words = completed(rollout.words, given);
  return {
    ...standing,
    rollout: { ...rollout, words, ...(wait && { wait: { ...wait, words: completed(wait.words, given) } }) },
  };
}

function completed(words: string, given: Given): string {
  return words.replaceAll(/npm run rollout -- [a-z]+ [\w<>-]+/g, (command) => `${command}${optionsOf(given)}`);
}
