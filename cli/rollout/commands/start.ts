/** `rollout start`: tries a version again, without a deployment. */

import { randomUUID } from 'node:crypto';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { StartAnswer, StartRefusal, StartRequest } from '../../../functions/records/start-request.ts';
import { isUnderWay } from '../../../functions/standing/phase.ts';
import { read } from '../../../functions/standing/reading.ts';
import { standingOf } from '../../../functions/standing/standing.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { commandLine, type Given } from '../command-line.ts';
import type { DeployedEndpoint } from '../deployed-endpoint.ts';
import { OrderRefusedError } from '../errors.ts';
import { judgePage } from '../judge-page.ts';
import { judgedAlready } from '../judged-already.ts';
import { publishedVersions } from '../versions.ts';

export interface StartOptions {
  /** The operator's name. */
  readonly by: string;
  /** A published version; default: the newest. */
  readonly version?: string;
  readonly json?: boolean;
  /** `people`: they judge the first shadow. */
  readonly judge?: 'people';
}

/**
 * Starts a rollout of a published version by the plan of the last deployment. The version passes every phase again,
 * the golden gate first. Where people judge its running rollout already, says so.
 * @throws OrderRefusedError
 */
export async function startCommand(
  deployed: DeployedEndpoint,
  options: StartOptions,
  terminal: Terminal,
): Promise<void> {
  const { judge, json = false } = options;
  const { endpoint, given } = deployed;
  const reading = await read(deployed);
  const { phase, rollout, newest_version } = standingOf(reading);
  const version = options.version ?? newest_version;
  if (isUnderWay(phase) && rollout) {
    const isMeant = judge === 'people' && version === rollout.version;
    const words = isMeant ? await judgedAlready(deployed, reading, rollout) : undefined;
    if (words === undefined) throw new OrderRefusedError(isRunning({ endpoint, version, given }, rollout.version));
    return terminal.print(json ? JSON.stringify({ endpoint, version, started: false, words }) : words);
  }
  const answer = await started(deployed, version, options);
  if (json) return terminal.print(JSON.stringify({ endpoint, version, ...answer }));
  const follow = `follow it with ${commandLine('rollout', `watch ${endpoint} --version ${version}`, given)}`;
  const people = judge === 'people' ? `. Let people judge the pictures that differ: ${judgePage(deployed)}` : '';
  terminal.print(`Rollout of version ${version} started, against version ${answer.stable}: ${follow}${people}`);
}

async function started(
  deployed: DeployedEndpoint,
  version: string,
  { by, judge }: Pick<StartOptions, 'by' | 'judge'>,
): Promise<Extract<StartAnswer, { started: true }>> {
  const { endpoint, functionName, machine, given } = deployed;
  const versions = await publishedVersions(deployed);
  if (!versions.includes(version)) {
    throw new OrderRefusedError(
      `Expected a published version of ${endpoint} for --version (${versions.join(', ')}), received ${version}`,
    );
  }
  const about = { endpoint, functionName, machine, version, by, ...(judge && { judge }) };
  const answer = await invoke(deployed, { kind: 'start', id: randomUUID(), ...about });
  if (!answer.started) throw new OrderRefusedError(REFUSALS[answer.reason]({ endpoint, version, given }));
  return answer;
}

async function invoke({ lambda, rolloutFunction }: DeployedEndpoint, request: StartRequest): Promise<StartAnswer> {
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: rolloutFunction, Payload: new TextEncoder().encode(JSON.stringify(request)) }),
  );
  const text = new TextDecoder().decode(Payload);
  if (FunctionError === undefined) return JSON.parse(text) as StartAnswer;
  throw new OrderRefusedError(`The rollout function ${rolloutFunction} failed: ${text}. See its log`);
}

/** What was not started, and the options of the command. */
interface Refused {
  readonly endpoint: string;
  readonly version: string;
  readonly given: Given | undefined;
}

function isRunning({ endpoint, version, given }: Refused, running?: string): string {
  const which = running === undefined ? 'another rollout' : `a rollout of version ${running}`;
  const end = `${commandLine('rollout', `rollback ${endpoint}`, given)} ends it`;
  return `Cannot start version ${version} of ${endpoint}: ${which} is running; ${end}`;
}

const REFUSALS: Readonly<Record<StartRefusal, (refused: Refused) => string>> = {
  running: isRunning,
  live: ({ endpoint, version }) =>
    `Cannot start version ${version} of ${endpoint}: it is live. Choose another one with --version`,
  'no-plan': ({ endpoint, version }) =>
    `Cannot start version ${version} of ${endpoint}: no plan of a deployment is stored. Change a setting and deploy`,
  'no-shadow': ({ endpoint, version }) =>
    `Cannot let people judge version ${version} of ${endpoint}: its plan has no shadow. Add one and deploy`,
  'no-capture': ({ endpoint, version }) =>
    `Cannot let people judge version ${version} of ${endpoint}: expected an endpoint with capture over 0, because a ` +
    'shadow replays captured inputs, received 0. Change the setting capture and deploy',
  'alias-moved': ({ endpoint, version }) =>
    `Cannot start version ${version} of ${endpoint}: the live alias was moved at the same time. Run it again`,
};
