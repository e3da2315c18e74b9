/** Checks that the aliases of an endpoint agree with their notes, its versions and its rollout. */

import { describeRouting } from '../../../functions/judge/routing.ts';
import { isUnderWay } from '../../../functions/standing/phase.ts';
import { read } from '../../../functions/standing/reading.ts';
import { type Reading, standingOf } from '../../../functions/standing/standing.ts';
import type { DeployedEndpoint } from '../../rollout/deployed-endpoint.ts';
import { publishedVersions } from '../../rollout/versions.ts';
import { type DoctorContext, npmCommand } from '../context.ts';
import { failed, ok, type Result, warning } from '../result.ts';

/** Reads an endpoint's aliases, rollout and versions, and checks them. */
export async function checkAliases(context: DoctorContext, endpoint: DeployedEndpoint): Promise<Result> {
  const [reading, versions] = await Promise.all([read(endpoint), publishedVersions(endpoint)]);
  return aliasFault(context, reading, versions) ?? ok(inWords(reading));
}

/** @param versions all published versions, oldest first @returns undefined where everything agrees */
export function aliasFault(
  context: Pick<DoctorContext, 'isLocal'>,
  reading: Reading,
  versions: readonly string[],
): Result | undefined {
  const { endpoint, newest } = reading;
  const last = versions.at(-1);
  const rollback = npmCommand(context, 'rollout', `rollback ${endpoint}`);
  if (newest !== last) {
    const words = `candidate is version ${newest}, the newest version is ${last ?? 'none'}`;
    return failed(words, npmCommand(context, 'deploy'));
  }
  return routingFault(reading, rollback) ?? noteFault(reading, versions, rollback);
}

/** Only a running rollout gives a share to its candidate, and only to that. */
function routingFault(reading: Reading, rollback: string): Result | undefined {
  const { routing } = reading.live;
  const { phase, rollout } = standingOf(reading);
  const traffic = describeRouting(routing);
  if (!isUnderWay(phase) || !rollout) {
    return routing.candidate ? failed(`${traffic}, and no rollout observes it`, rollback) : undefined;
  }
  const named = [routing.version, ...(routing.candidate ? [routing.candidate.version] : [])];
  const expected = [rollout.version, rollout.stable_version];
  const foreign = named.find((version) => !expected.includes(version));
  if (foreign === undefined) return undefined;
  return failed(`${traffic}, but the running rollout takes version ${expected[1]} to ${expected[0]}`, rollback);
}

/** The note names the version to which a rollback leads. Without a note the alias is as CloudFormation made it. */
function noteFault(
  { endpoint, live: { routing, note, movedByHand = false } }: Reading,
  versions: readonly string[],
  rollback: string,
): Result | undefined {
  if (movedByHand || (!note && routing.version !== '1')) {
    const words = `live was moved by hand, to version ${routing.version}: no version for a rollback is recorded`;
    return warning(words, `name one when you need it: ${rollback} --to <version>`);
  }
  const previous = note?.previous;
  if (previous === undefined || versions.includes(previous)) return undefined;
  const words = `the version before the live one, ${previous}, was deleted: a rollback of ${endpoint} has no target`;
  return warning(words, `name one when you need it: ${rollback} --to <version>`);
}

function inWords(reading: Reading): string {
  const { phase, rollout, traffic } = standingOf(reading);
  const words = `live: ${traffic}; candidate: version ${reading.newest}`;
  return isUnderWay(phase) && rollout ? `${words}; rollout of version ${rollout.version}: ${rollout.step}` : words;
}
