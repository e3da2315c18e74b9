/** What the live version of an endpoint serves. */

import { join } from 'node:path';
import { storedResultSchema } from '../../functions/api/schemas.ts';
import { KEYS } from '../../functions/contract.ts';
import { readManifest } from '../../functions/detection/manifest.ts';
import { recordedIds, resultId } from '../../functions/records/recorded-requests.ts';
import { settingsOf } from '../../functions/standing/models.ts';
import type { DeployedEndpoint } from '../rollout/deployed-endpoint.ts';
import type { Served, Variant } from './variant.ts';

/** The live version with its package. */
export interface Live extends Variant {
  /** Number of the version. */
  readonly version: string;
  /** Whether a recent result shows that it serves these weights. */
  readonly isVerified: boolean;
}

/** The live version's model is not the one in the folder of packages, so it cannot be compared. */
export class LiveModelError extends Error {
  override readonly name = 'LiveModelError';
}

/** Recent requests that are read for the weights of live. */
const RESULTS_READ = 12;

/**
 * Reads what live serves from its version, and finds its package.
 * @param models folder of the model packages
 * @throws LiveModelError, ModelPackageError
 */
export async function readLive(deployed: DeployedEndpoint, models: string): Promise<Live> {
  const { version } = (await deployed.live.read()).routing;
  const settings = await settingsOf(deployed.lambda, deployed.functionName, version);
  const [model] = settings.models;
  const folder = join(models, model);
  const manifest = await readManifest(folder);
  const weights = await weightsOf(deployed, version);
  if (weights !== undefined && weights !== manifest.sha256)
    throw new LiveModelError(
      `Expected the weights that live (version ${version}) serves in ${folder}, SHA-256 ${weights}, received others, ` +
        `${manifest.sha256}: restore that package, and give the new weights another name`,
    );
  const { confidence, iou } = settings;
  const served: Served = {
    model,
    ...(confidence !== undefined && { confidence }),
    ...(iou !== undefined && { iou }),
  };
  return { ...served, name: 'live', folder, manifest, version, isVerified: weights !== undefined };
}

/** SHA-256 of the model that answered a recent request; absent where none is recorded. */
async function weightsOf(
  { objects, endpoint, functionName }: DeployedEndpoint,
  version: string,
): Promise<string | undefined> {
  const ids = await recordedIds(objects, { endpoint, sample: 1, most: RESULTS_READ, now: new Date() });
  const results = await Promise.all(
    ids.map((id) => objects.findJson(KEYS.result(endpoint, resultId(id))).catch(() => undefined)),
  );
  for (const json of results.toReversed()) {
    const { data } = storedResultSchema.safeParse(json);
    if (data?.status !== 'done') continue;
    const { release, model } = data;
    if (release.function_version === version && (release.function_name ?? functionName) === functionName)
      return model.sha256;
  }
  return undefined;
}
