/** Whether the drift monitor looks at an endpoint each hour, and what it says. */

import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { DRIFT_KEYS, driftReportSchema } from '../../../functions/drift-contract.ts';
import type { DeployedEndpoint } from '../../rollout/deployed-endpoint.ts';
import { type DoctorContext, npmCommand } from '../context.ts';
import { ok, type Result, warning } from '../result.ts';

/** An hour from look to look, and one of retries. */
const MOST_AGE_HOURS = 2;
const HOUR_MS = 3_600_000;
const REMEDY = 'docs/runbook.md, DriftErrors';

/** By the time at which the report was written, and by its content. */
export async function checkDrift(
  context: Pick<DoctorContext, 'clients' | 'signal' | 'isLocal'>,
  { endpoint, objects }: Pick<DeployedEndpoint, 'endpoint' | 'objects'>,
  now = new Date(),
): Promise<Result> {
  const { clients, signal } = context;
  const key = DRIFT_KEYS.report(endpoint);
  const command = new ListObjectsV2Command({ Bucket: objects.bucket, Prefix: key, MaxKeys: 1 });
  const { Contents = [] } = await clients.s3.send(command, { abortSignal: signal });
  const at = Contents[0]?.LastModified;
  if (!at) return warning('no look yet: the first one is at a quarter past the next hour', REMEDY);
  const hours = Math.floor((now.getTime() - at.getTime()) / HOUR_MS);
  const measured = { value: hours, unit: 'h' };
  if (hours >= MOST_AGE_HOURS) {
    return warning(`last look ${hours} h ago, expected each hour: is the rule EachHour disabled?`, REMEDY, measured);
  }
  const { state, drifts, answers } = driftReportSchema.parse(await objects.getJson(key));
  const look = npmCommand(context, 'drift', endpoint);
  if (state === 'drift') return warning(drifts.at(-1)?.summary ?? 'a drift', look, measured);
  return ok(`${state}, by ${answers.with_measures + answers.without_measures} answers`, measured);
}
