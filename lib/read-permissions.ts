import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { KEYS } from '../functions/contract.ts';
import { DRIFT_ENV, DRIFT_KEYS } from '../functions/drift-contract.ts';
import type { ResolvedEndpoint } from './check-config.ts';
import { hasLabels } from './labelled-folder.ts';
import type { Permission } from './service-function.ts';

/** Rights to read objects, of the rollout function, the status function and operators. */
export function readPermissions(bucket: Bucket, { settings, plan }: ResolvedEndpoint): Permission[] {
  const prefixes = [KEYS.uploads, KEYS.inputs, KEYS.results, KEYS.decisions, KEYS.rollouts];
  const labels = hasLabels(plan) ? [KEYS.labels] : [];
  const drift = settings.drift ? [DRIFT_KEYS.ofEndpoint] : [];
  const { name } = settings;
  return [
    {
      actions: ['s3:GetObject'],
      resources: [...prefixes, ...labels, ...drift].map((keys) => bucket.arnForObjects(`${keys(name)}*`)),
    },
    // Because an S3 client can write a key again after it was answered.
    { actions: ['s3:GetObjectVersion'], resources: [bucket.arnForObjects(`${KEYS.uploads(name)}*`)] },
  ];
}

/** The variable by which the functions know that there is a report of the drift monitor to read. */
export function driftVariable({ settings }: ResolvedEndpoint): Record<string, string> {
  return settings.drift ? { [DRIFT_ENV.watched]: 'true' } : {};
}
