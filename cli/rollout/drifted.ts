/** The drift of a report that is one file: with small copies of its pictures. */

import { storedResultSchema } from '../../functions/api/schemas.ts';
import { KEYS } from '../../functions/contract.ts';
import type { DriftReport } from '../../functions/drift-contract.ts';
import type { Drifted, DriftedPicture } from '../../functions/rollout-report/drift-section.ts';
import { driftStanding } from '../../functions/standing/drift.ts';
import type { DeployedEndpoint } from './deployed-endpoint.ts';
import { thumbnailOf } from './thumbnail.ts';

type Source = Pick<DeployedEndpoint, 'objects' | 'endpoint'>;
type Stored = NonNullable<DriftReport['pictures']>['before'][number];

/** Without pictures that are deleted, and without those of which no result is stored. @throws StoreUnavailableError */
export async function driftedOf(source: Source, report: DriftReport): Promise<Drifted> {
  const { before = [], after = [] } = report.pictures ?? {};
  return {
    standing: driftStanding(report, report.version),
    before: await picturesOf(source, before),
    after: await picturesOf(source, after),
  };
}

/** One at a time: pictures can be big. */
async function picturesOf({ objects, endpoint }: Source, stored: readonly Stored[]): Promise<DriftedPicture[]> {
  const found: DriftedPicture[] = [];
  for (const { id, key, version } of stored) {
    const { data: result } = storedResultSchema.safeParse(await objects.findJson(KEYS.result(endpoint, id)));
    const thumbnail = result?.status === 'done' ? await thumbnailOf(objects, key, version) : undefined;
    if (thumbnail && result?.status === 'done') found.push({ ...thumbnail, id, detections: result.detections });
  }
  return found;
}
