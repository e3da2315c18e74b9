/** `rollout start`: tries a version again, without a deployment. */

import { randomUUID } from 'node:crypto';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { StartAnswer, StartRefusal, StartRequest } from '../../../functions/records/start-request.ts';
import { isUnderWay } from '../../../functions/standing/phase.ts';
import { read } from '../../../functions/standing/reading.ts';
import { rolloutSteps, standingOf } from '../../../functions/standing/standing.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { DeployedEndpoint } from '../deployed-endpoint.ts';
import { OrderRefusedError } from '../errors.ts';
import { judgePage } from '../judge-page.ts';
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
 * the golden gate first.
 * @throws OrderRefusedError
 */
export async function startCommand(
  deployed: DeployedEndpoint,
  { by, version: named, judge, json = false }: StartOptions,
  terminal: Terminal,
): Promise<void> {
  const { endpoint, functionName, machine } = deployed;
  const reading = await read(deployed);
  const { phase, rollout, newest_version } = standingOf(reading);
  const version = named ?? newest_version;
  if (isUnderWay(phase) && rollout) {
    const isJudged = judge === 'people' && rolloutSteps(reading)?.steps.some((step) => step.judge === 'people');
    const refusal = isRunning(endpoint, version, rollout.version);
    throw new OrderRefusedError(isJudged ? `${refusal}. People judge it already: ${judgePage(deployed)}` : refusal);
  }
  const versions = await publishedVersions(deployed);
  if (!versions.includes(version)) {
    throw new OrderRefusedError(
      `Expected a published version of ${endpoint} for --version (${versions.join(', ')}), received ${version}`,
    );
  }
  const id = randomUUID();
  const about = { endpoint, functionName, machine, version, by, ...(judge && { judge }) };
  const request: StartRequest = { kind: 'start', id, ...about };
  const answer = await invoke(deployed, request);
  if (!answer.started) throw new OrderRefusedError(REFUSALS[answer.reason](endpoint, version));
  const follow = `follow it with npm run rollout -- watch ${endpoint} --version ${version}`;
  const started = `Rollout of version ${version} started, against version ${answer.stable}: ${follow}`;
  const people = `. Let people judge the pictures that differ: ${judgePage(deployed)}`;
  terminal.print(
    json ? JSON.stringify({ endpoint, version, ...answer }) : `${started}${judge === 'people' ? people : ''}`,
  );
}

async function invoke({ lambda, rolloutFunction }: DeployedEndpoint, request: StartRequest): Promise<StartAnswer> {
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: rolloutFunction, Payload: new TextEncoder().encode(JSON.stringify(request)) }),
  );
  const text = new TextDecoder().decode(Payload);
  if (FunctionError === undefined) return JSON.parse(text) as StartAnswer;
  throw new OrderRefusedError(`The rollout function ${rolloutFunction} failed: ${text}. See its log`);
}

function isRunning(endpoint: string, version: string, running?: string): string {
  const which = running === undefined ? 'another rollout' : `a rollout of version ${running}`;
  const end = `npm run rollout -- rollback ${endpoint} ends it`;
  return `Cannot start version ${version} of ${endpoint}: ${which} is running; ${end}`;
}

const REFUSALS: Readonly<Record<StartRefusal, (endpoint: string, version: string) => string>> = {
  running: isRunning,
  live: (endpoint, version) =>
    `Cannot start version ${version} of ${endpoint}: it is live. Choose another one with --version`,
  'no-plan': (endpoint, version) =>
    `Cannot start version ${version} of ${endpoint}: no plan of a deployment is stored. Change a setting and deploy`,
  'no-shadow': (endpoint, version) =>
    `Cannot let people judge version ${version} of ${endpoint}: its plan has no shadow. Add one and deploy`,
  'alias-moved': (endpoint, version) =>
    `Cannot start version ${version} of ${endpoint}: the live alias was moved at the same time. Run it again`,
};
