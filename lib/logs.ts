/** Log groups: explicit, so that they expire. They outlive their stack, since a removed endpoint may need explaining. */

import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { LOG_RETENTION_DAYS } from './config.ts';

/** A log group that keeps entries for `days`. */
export function logGroup(scope: Construct, id: string, days: (typeof LOG_RETENTION_DAYS)[number]): LogGroup {
  return new LogGroup(scope, id, { retention: days, removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE });
}
