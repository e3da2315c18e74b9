/** `rollout judge` where a shadow of the running rollout is judged by people already. */

import { explainTruth } from '../../functions/judge/explain-truth.ts';
import { recordsFolder } from '../../functions/records/execution.ts';
import { peoplesVerdict } from '../../functions/standing/peoples-verdict.ts';
import { readAudits } from '../../functions/standing/reading.ts';
import { type Reading, type RolloutStanding, rolloutSteps } from '../../functions/standing/standing.ts';
import { commandLine } from './command-line.ts';
import type { DeployedEndpoint } from './deployed-endpoint.ts';
import { judgePage } from './judge-page.ts';

/**
 * What people do, did or will do in this rollout.
 * @returns undefined where people judge none of its shadows
 * @throws StoreUnavailableError
 */
export async function judgedAlready(
  deployed: DeployedEndpoint,
  reading: Reading,
  { version, execution, step, step_number, steps }: RolloutStanding,
): Promise<string | undefined> {
  const { steps: all = [], present } = rolloutSteps(reading) ?? {};
  if (!all.some(({ judge }) => judge === 'people')) return undefined;
  const { endpoint, given } = deployed;
  const what = `version ${version} of ${endpoint}`;
  if (present?.judge === 'people') return `People can judge ${what} already: ${judgePage(deployed)}`;
  const at = `step ${step_number} of ${steps.length}, ${step}`;
  const verdict = peoplesVerdict(await readAudits(deployed, recordsFolder(deployed, execution)));
  if (!verdict) return `People can judge ${what} soon: it is in ${at}. Then: ${judgePage(deployed)}`;
  const words = explainTruth(verdict.finding);
  const follow = commandLine('rollout', `watch ${endpoint} --version ${version}`, given);
  return `People have judged ${what}: ${words}. Its rollout is in ${at}: follow it with ${follow}`;
}
