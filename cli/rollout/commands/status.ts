import { readLastComparison } from '../../../functions/records/last-comparison.ts';
import { readDrift } from '../../../functions/standing/drift.ts';
import { KnownModels } from '../../../functions/standing/models.ts';
import { read } from '../../../functions/standing/reading.ts';
import { type Standing, standingOf } from '../../../functions/standing/standing.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { withOptions } from '../command-line.ts';
import type { DeployedEndpoint } from '../deployed-endpoint.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { openJudgePage } from '../judge-page.ts';
import { endpointTable, overviewTable } from '../status-table.ts';

/**
 * `rollout status`: the status of endpoints.
 * @param one whether one endpoint was named: then prints all its details
 * @returns the exit code
 */
export async function statusCommand(
  endpoints: readonly DeployedEndpoint[],
  { one, json }: { readonly one: boolean; readonly json: boolean },
  terminal: Terminal,
): Promise<number> {
  const standings = await Promise.all(
    endpoints.map(async (deployed) => {
      const standing = standingOf(await read(deployed, new KnownModels()));
      const drift = await readDrift(deployed, standing.routing.version);
      return withOptions({ ...standing, ...drift }, deployed.given);
    }),
  );
  const [first] = standings;
  if (json) terminal.print(JSON.stringify(one ? first : standings, null, 2));
  else if (one && first) terminal.print(endpointTable(first, terminal, await besideOf(first, endpoints)));
  else terminal.print(overviewTable(standings, terminal));
  return exitCodeOf(standings.map(({ phase }) => phase));
}

async function besideOf(standing: Standing, [deployed]: readonly DeployedEndpoint[]) {
  if (!deployed) return {};
  const comparison = await readLastComparison(deployed.objects, deployed);
  return { comparison, judgePage: openJudgePage(deployed, standing) };
}
