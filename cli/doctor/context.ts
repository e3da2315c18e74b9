/** What the checks depend on. */

import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type { ResolvedDeployment } from '../../lib/check-config.ts';
import { type Connection, clientSettings, connect, type Target } from '../rollout/connection.ts';
import type { Cleanups } from './cleanups.ts';

/** The clients of one account and region. */
export interface Clients extends Connection {
  readonly sts: STSClient;
  readonly ssm: SSMClient;
  /** Public parameters about services lie in some regions only. */
  readonly publicSsm: SSMClient;
  readonly cloudWatch: CloudWatchClient;
}

/** @throws EmulatorNotRunningError */
export function clientsOf(target: Target): Clients {
  const settings = clientSettings(target);
  return {
    ...connect(target),
    sts: new STSClient(settings),
    ssm: new SSMClient(settings),
    publicSsm: new SSMClient({ ...settings, region: 'us-east-1' }),
    cloudWatch: new CloudWatchClient(settings),
  };
}

/** The dependencies of the checks. */
export interface DoctorContext {
  readonly clients: Clients;
  /** The settings that are, or will be, deployed. */
  readonly deployment: ResolvedDeployment;
  /** Whether the account is the emulator. */
  readonly isLocal: boolean;
  /** Bearer token of a caller, for `jwt()`. */
  readonly token?: string;
  readonly signal: AbortSignal;
  readonly cleanups: Cleanups;
}

/** A command of this repository: with `--local` for the emulator. */
export function npmCommand({ isLocal }: Pick<DoctorContext, 'isLocal'>, command: string, args = ''): string {
  const given = [args, isLocal ? '--local' : ''].filter((each) => each !== '').join(' ');
  return `npm run ${command}${given === '' ? '' : ` -- ${given}`}`;
}
