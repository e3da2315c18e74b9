/** Where the commands go: AWS by the usual settings, or the laptop that runs here. */

import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { CREDENTIALS, REGION } from '../../local/lambda/environment.ts';
import { oneRunning } from '../../local/running.ts';

/** What the user says about where. */
export interface Target {
  /** The laptop instead of AWS. */
  readonly local?: boolean;
  /** The laptop's folder. */
  readonly home: string;
  /** Port of the laptop's HTTP API, where several run from one folder. */
  readonly port?: string;
}

/** Clients of one account and region. */
export interface Connection {
  readonly stacks: CloudFormationClient;
  readonly lambda: LambdaClient;
  readonly machines: SFNClient;
  readonly s3: S3Client;
}

/** @throws EmulatorNotRunningError */
export function connect(target: Target): Connection {
  const settings = target.local ? laptopSettings(target) : {};
  return {
    stacks: new CloudFormationClient(settings),
    lambda: new LambdaClient(settings),
    machines: new SFNClient(settings),
    s3: new S3Client(settings),
  };
}

function laptopSettings({ home, port }: Target) {
  const { endpoint } = oneRunning(home, port);
  return { endpoint, region: REGION, credentials: CREDENTIALS };
}
