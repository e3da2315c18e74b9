import { readLastRollout } from '../../functions/standing/last-rollout.ts';
import { type Standing, standingOf } from '../../functions/standing/standing.ts';
import type { DeployedEndpoint } from './deployed-endpoint.ts';
import { OrderRefusedError } from './errors.ts';

/**
 * The status of one version's last rollout, by its records where another rollout came after it.
 * @param present status of the running or the last rollout
 * @throws OrderRefusedError where the version has had no rollout; StoreUnavailableError
 */
export async function standingOfVersion(
  deployed: DeployedEndpoint,
  version: string,
  present: Standing,
): Promise<Standing> {
  if (present.rollout?.version === version) return present;
  const record = (await readLastRollout(deployed, version)).audits.at(-1);
  const { rollout: _, ...endpoint } = present;
  if (record) {
    const own = standingOf({ ...endpoint, live: { routing: present.routing, revision: '' }, newest: version, record });
    // Because a newer rollout stops the execution, no tick may have recorded the end.
    return { ...present, ...own, phase: own.phase === 'none' ? 'superseded' : own.phase };
  }
  // Such as the first version, which goes live without a rollout.
  if (present.routing.version === version && !present.routing.candidate) return { ...endpoint, phase: 'done' };
  const last = present.rollout ? `; the last one is of version ${present.rollout.version}` : '';
  throw new OrderRefusedError(`Expected a rollout of version ${version} of ${present.endpoint}, received none${last}`);
}
