/** `npm run deploy`: deploys to AWS by the CDK, or with `--local` to the emulator that runs on this machine. */

import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { Command } from 'commander';
import { CREDENTIALS, REGION } from './account.ts';
import { refusalOf } from './cli/cdk-options.ts';
import { type ChallengeCall, challengeOf } from './cli/challengers.ts';
import { emulatorOptions } from './cli/emulator-options.ts';
import { followOnAws, startedRollouts } from './cli/started-rollouts.ts';
import { SynthError, synthesize } from './cli/synth.ts';
import { DEPLOY_PATH, DEPLOY_SERVICE, type DeployResponse, TOKEN_HEADER } from './cloudformation/deploy-api.ts';
import type { Change } from './cloudformation/deployment.ts';
import { EmulatorNotRunningError, oneRunning, type RunningEmulator } from './running.ts';

const PROJECT = join(import.meta.dirname, '..');

/** The exit code after Ctrl-C. */
const INTERRUPTED = 130;

interface Options {
  readonly local?: true;
  readonly home: string;
  readonly port?: string;
  readonly context: readonly string[];
  readonly assembly?: string;
}

/** The emulator stopped the deployment. */
class DeploymentFailedError extends Error {
  override readonly name = 'DeploymentFailedError';
}

const ENDED = 'The emulator has ended before it answered. Start it again (npm start): the deployment goes on with it.';

/** Ends the process where the CDK must not start. */
function checkForAws(args: readonly string[]): void {
  const refusal = refusalOf({ args, environment: process.env, hasTerminal: process.stdin.isTTY });
  if (refusal === undefined) return;
  console.error(refusal);
  process.exit(1);
}

/** The arguments of the deployment that follows a comparison. Ends the process unless a challenger wins. */
function afterChallengers({ own, rest, endpoint, isComparisonOnly }: ChallengeCall): readonly string[] {
  if (!isComparisonOnly && !rest.includes('--local')) checkForAws(rest);
  if (rest.includes('--assembly')) {
    console.error('Expected no --assembly with --challengers, received one: the winner is synthesized');
    process.exit(1);
  }
  const program = join(PROJECT, 'cli', 'challenge.ts');
  const { status } = spawnSync(process.execPath, [program, ...own], { cwd: PROJECT, stdio: 'inherit' });
  if (status !== 0 || isComparisonOnly) process.exit(status ?? INTERRUPTED);
  return [...rest, '-c', `chosen=${endpoint}`];
}

function toAws(args: readonly string[]): never {
  checkForAws(args);
  const cli = join(PROJECT, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const { status } = spawnSync(process.execPath, [cli, 'deploy', '--all', ...args], { cwd: PROJECT, stdio: 'inherit' });
  if (status === 0) console.log(followOnAws(args));
  process.exit(status ?? 1);
}

async function toEmulator({ home, port, context, assembly }: Options): Promise<void> {
  const emulator = oneRunning(home, port);
  const onProgress = (line: string) => console.log(`… ${line}`);
  const folder = assembly ?? (await synthesize({ project: PROJECT, home, context, onProgress }));
  const response = await send(emulator, JSON.stringify({ assembly: folder }));
  if ('failure' in response) throw new DeploymentFailedError(`The deployment stopped: ${response.failure}`);
  report(response.changes, emulatorOptions({ home, ...(port !== undefined && { port }) }));
}

async function send({ endpoint, token }: RunningEmulator, body: string): Promise<DeployResponse> {
  const { hostname, port, host } = new URL(endpoint);
  const signer = new SignatureV4({
    credentials: CREDENTIALS,
    region: REGION,
    service: DEPLOY_SERVICE,
    sha256: Sha256,
  });
  const request = {
    method: 'POST',
    protocol: 'http:',
    hostname,
    port: Number(port),
    path: DEPLOY_PATH,
    headers: { host, [TOKEN_HEADER]: token },
    query: {},
    body,
  };
  const { headers } = await signer.sign(request);
  try {
    const response = await fetch(endpoint + DEPLOY_PATH, { method: 'POST', headers, body });
    return (await response.json()) as DeployResponse;
  } catch (cause) {
    throw new DeploymentFailedError(ENDED, { cause });
  }
}

function report(changes: readonly Change[], options: string): void {
  if (changes.length === 0) console.log('no changes');
  for (const stack of new Set(changes.map((change) => change.stack))) {
    console.log(stack);
    for (const change of changes) if (change.stack === stack) console.log(`  ${describe(change)}`);
  }
  for (const line of startedRollouts(changes, options)) console.log(line);
}

/** Versions and aliases by their numbers and names, other resources by their logical ids. */
function describe({ what, type, logicalId, ref, properties }: Change): string {
  const kind = type.replace('AWS::', '').replaceAll('::', ' ');
  if (type === 'AWS::Lambda::Version') return `${what}  Lambda Version ${ref.split(':').at(-1)}`;
  if (type === 'AWS::Lambda::Alias')
    return `${what}  Lambda Alias ${properties.Name} → version ${properties.FunctionVersion}`;
  return `${what}  ${kind} ${logicalId}`;
}

const command = new Command('npm run deploy --')
  .description('Deploys the stacks to AWS (all options go to cdk deploy) or, with --local, to the emulator.')
  .option('--local', 'deploy to the emulator that runs on this laptop (npm start)')
  .option('--home <folder>', 'folder of the emulator', (text) => resolve(text), join(PROJECT, '.laptop'))
  .option(
    '-c, --context <key=value>',
    'CDK context, like the -c of cdk; can be repeated',
    (one, all) => [...all, one],
    [] as string[],
  )
  .option('--port <number>', 'port of the HTTP API, if several emulators are running')
  .option('--assembly <folder>', 'deploy this cloud assembly instead of synthesizing the repository', (text) =>
    resolve(text),
  )
  .addHelpText(
    'after',
    '\nnpm run deploy -- --challengers a,b --endpoint <name> --photos <folder> --truth <file> compares models on\n' +
      'labelled pictures and deploys the best: see npm run deploy -- --challengers --help',
  );

const given = process.argv.slice(2);
const challenge = challengeOf(given);
const args = challenge ? afterChallengers(challenge) : given;
if (!args.includes('--local')) toAws(args);
try {
  await toEmulator(command.parse([...args], { from: 'user' }).opts<Options>());
} catch (error) {
  if (
    !(error instanceof EmulatorNotRunningError || error instanceof DeploymentFailedError || error instanceof SynthError)
  )
    throw error;
  console.error(error.message);
  process.exitCode = 1;
}
