/** What the drift monitor says of the live version. */

import { type Feature, PICTURE_FEATURES } from '../drift/bets.ts';
import { DRIFT_KEYS, driftReportSchema, type ReportedDrift } from '../drift-contract.ts';
import type { SeenDrift } from '../judge/drift-hold.ts';
import type { Observations } from '../judge/observations.ts';
import type { Objects } from '../platform/objects.ts';
import type { Execution } from '../records/execution.ts';

/** The source of the monitor's report. */
export interface DriftContext {
  readonly objects: Pick<Objects, 'findJson'>;
  /** Whether the endpoint has the setting `drift`. Default: no. */
  readonly watchesDrift?: boolean;
}

const OF_PICTURES: ReadonlySet<string> = new Set<Feature>(PICTURE_FEATURES);

/**
 * The drifts that last, of the version that was live when the rollout began. A report that is missing, unreadable or of
 * another version has none: the monitor has an alarm of its own.
 * @returns nothing where the endpoint has no setting `drift`
 * @throws StoreUnavailableError
 */
export async function observedDrift(
  { endpoint, functionName, state }: Pick<Execution, 'endpoint' | 'functionName' | 'state'>,
  { objects, watchesDrift = false }: DriftContext,
): Promise<Pick<Observations, 'drift'>> {
  if (!watchesDrift) return {};
  const { data: report } = driftReportSchema.safeParse(await objects.findJson(DRIFT_KEYS.report(endpoint)));
  const isOfLive = report?.function_name === functionName && report.version === state.live;
  return { drift: { drifts: isOfLive && report.state === 'drift' ? report.drifts.map(seenDrift) : [] } };
}

function seenDrift({ since, found, changes }: ReportedDrift): SeenDrift {
  const [leading] = changes;
  return {
    of: !leading || OF_PICTURES.has(leading.feature) ? 'pictures' : 'answers',
    changes: changes.map(({ summary }) => summary),
    since: Date.parse(since),
    foundAt: Date.parse(found),
  };
}
