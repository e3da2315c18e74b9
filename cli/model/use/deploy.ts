/** Deploys the settings to the emulator that runs on this machine. */

import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { inShell } from '../../../local/cli/emulator-options.ts';
import { oneRunning } from '../../../local/running.ts';
import { commandLine, type Given } from '../../rollout/command-line.ts';
import { connect, type Target } from '../../rollout/connection.ts';
import { isDeployed } from '../../rollout/deployed-endpoint.ts';
import type { Output } from '../../terminal/terminal.ts';
import { MODELS } from '../files/package-folder.ts';

const PROJECT = resolve(import.meta.dirname, '../../..');

/** The settings of the project. */
export const SETTINGS = join(PROJECT, 'lib/endpoints.ts');

/** What to deploy where. */
export interface DeployOptions extends Target {
  readonly settings: string;
  readonly models: string;
}

/** What is deployed. */
export interface Deployed {
  /** Name of the deployment. */
  readonly deployment: string;
  readonly endpoints: readonly string[];
  readonly model: string;
}

/** Runs `npm run deploy -- --local` and says what happens next. @returns its exit code */
export async function deployHere(options: DeployOptions, deployed: Deployed, output: Output): Promise<number> {
  const target = { ...options, local: true };
  const known = await Promise.all(
    deployed.endpoints.map((endpoint) => isDeployed(connect(target), deployed.deployment, endpoint)),
  );
  const { settings, models, home, port } = options;
  const args = [
    ...['--local', '--home', home],
    ...(port === undefined ? [] : ['--port', port]),
    ...(settings === SETTINGS ? [] : ['-c', `endpoints=${settings}`]),
    ...(models === MODELS ? [] : ['-c', `models=${models}`]),
  ];
  const program = join(PROJECT, 'local/deploy.ts');
  const { status } = spawnSync(process.execPath, [program, ...args], { cwd: PROJECT, stdio: 'inherit' });
  if (status !== 0) {
    const again = ['npm run deploy --', ...args.map(inShell)].join(' ');
    output.note(`The settings are written. Repeat the deployment: ${again}`);
    return status ?? 1;
  }
  const { url } = oneRunning(home, port);
  const inWords = (isKnown: boolean) => deployed.endpoints.filter((_, index) => known[index] === isKnown);
  for (const line of nextSteps({ url, options: target, rollouts: inWords(true), first: inWords(false) }))
    output.print(line);
  return 0;
}

/** Endpoints by what their deployment started. */
export interface Started {
  /** Address of the emulator's HTTP API. */
  readonly url: string;
  /** The options that chose it. */
  readonly options: Given;
  /** Endpoints with a rollout. */
  readonly rollouts: readonly string[];
  /** Endpoints with a first version. */
  readonly first: readonly string[];
}

/** What happens after a deployment, and the commands for it. */
export function nextSteps({ url, options, rollouts, first }: Started): string[] {
  const [one] = rollouts;
  return [
    ...(first.length > 0 ? [`${first.join(', ')}: the first version serves at once.`] : []),
    ...(one === undefined
      ? []
      : [
          `${rollouts.join(', ')}: live answers as before until the rollout has proof from your requests. The new ` +
            `version answers at ${url}/candidate/${one}.`,
          `All traffic without that proof: ${commandLine('rollout', `promote ${one} --all`, options)}`,
        ]),
  ];
}
