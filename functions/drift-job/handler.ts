import { Logger } from '@aws-lambda-powertools/logger';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { ALIAS, DIMENSION, ENV } from '../contract.ts';
import { DRIFT_METRIC, type DriftReport } from '../drift-contract.ts';
import { Alias } from '../platform/alias.ts';
import type { Clock } from '../platform/clock.ts';
import { emfLine } from '../platform/emf.ts';
import { Objects } from '../platform/objects.ts';
import { readVariable } from '../platform/settings.ts';
import { look } from './look.ts';

const client = new S3Client({});
const objects = new Objects(readVariable(ENV.bucket, process.env), client);
const endpoint = readVariable(ENV.endpointName, process.env);
const functionName = readVariable(ENV.detectFunction, process.env);
const namespace = readVariable(ENV.metricNamespace, process.env);
const live = new Alias(new LambdaClient({}), functionName, ALIAS.live);
/** Because names of pictures have the machine's time, also where the emulator's clock is fast. */
const clock: Clock = { now: () => new Date() };
const logger = new Logger();

/** Time that an hour's sketch, the comparison and the report need at most. Milliseconds. */
const RESERVE_MS = 180_000;

/** Looks at the hours of an endpoint that have ended since the last time. */
export async function handler(_: unknown, context: Context): Promise<Pick<DriftReport, 'state'>> {
  logger.addContext(context);
  const isLate = () => context.getRemainingTimeInMillis() < RESERVE_MS;
  const report = await look({ of: { endpoint, functionName }, objects, client, live, clock, isLate });
  const { pictures: _pictures, ...said } = report;
  logger.info(report.drifts.at(-1)?.summary ?? report.state, { report: said });
  publish(report.state === 'drift' ? 1 : 0);
  return { state: report.state };
}

function publish(value: number): void {
  const set = {
    by: [[DIMENSION.endpoint, DIMENSION.function]],
    metrics: [{ name: DRIFT_METRIC, unit: 'Count', value }],
  };
  const dimensions = { [DIMENSION.endpoint]: endpoint, [DIMENSION.function]: functionName };
  process.stdout.write(`${emfLine(namespace, [set as never], dimensions)}\n`);
}
