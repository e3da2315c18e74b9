import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { Alias } from '../platform/alias.ts';
import type { Objects } from '../platform/objects.ts';

/** What belongs to one endpoint, and who is asked about it. */
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
  /** The alias `candidate`. */
  readonly newest: Alias;
}
