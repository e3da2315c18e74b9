import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { Alias } from '../platform/alias.ts';
import type { Objects } from '../platform/objects.ts';

/** One endpoint's names and the clients for its resources. */
export interface EndpointClients {
  readonly endpoint: string;
  /** Name of its detect function. */
  readonly functionName: string;
  /** ARN of the state machine whose executions are its rollouts. */
  readonly machine: string;
  readonly lambda: LambdaClient;
  readonly machines: SFNClient;
  readonly objects: Objects;
  readonly live: Alias;
  /** The alias `candidate`, which points to the newest version. */
  readonly newest: Alias;
  /** Whether the endpoint has the setting `drift`, so that the monitor leaves reports. Default: no. */
  readonly watchesDrift?: boolean;
}
