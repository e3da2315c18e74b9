/** The clients for AWS, by the SDK's default settings, or for the local emulator. */

import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { CREDENTIALS, REGION } from '../../local/account.ts';
import { oneRunning } from '../../local/running.ts';
import type { Given } from './command-line.ts';

/** The options that choose AWS or the emulator. */
export interface Target {
  /** The emulator instead of AWS. */
  readonly local?: boolean;
  /** The emulator's folder. */
  readonly home: string;
  /** Port of the emulator's HTTP API, where several run from one folder. */
  readonly port?: string;
  /** Name of the deployment; absent: the caller has no such option. */
  readonly deployment?: string;
}

/** Clients of one account and region. */
export interface Connection {
  readonly stacks: CloudFormationClient;
  readonly lambda: LambdaClient;
  readonly machines: SFNClient;
  readonly s3: S3Client;
  /** The options that chose it, for commands in messages. Absent: none. */
  readonly given?: Given;
}

/** @throws EmulatorNotRunningError */
export function connect(target: Target): Connection {
  const settings = clientSettings(target);
  const { local, home, port, deployment } = target;
  const given = { home, ...(local && { local }), ...(port !== undefined && { port }) };
  return {
    given: { ...given, ...(deployment !== undefined && { deployment }) },
    stacks: new CloudFormationClient(settings),
    lambda: new LambdaClient(settings),
    machines: new SFNClient(settings),
    s3: new S3Client(settings),
  };
}

/** Settings of a client: the SDK's defaults for AWS. @throws EmulatorNotRunningError */
export function clientSettings({ local, home, port }: Target) {
  if (!local) return {};
  const { endpoint } = oneRunning(home, port);
  return { endpoint, region: REGION, credentials: CREDENTIALS };
}
