/** Measures a split of traffic between two versions, and a rollback of it. */

import type { DeployedEndpoint } from '../../rollout/deployed-endpoint.ts';
import { publishedVersions } from '../../rollout/versions.ts';
import { likelyHits } from '../binomial.ts';
import { type DoctorContext, npmCommand } from '../context.ts';
import type { Pair, Probe, ProbeAnswer } from '../probe.ts';
import { failed, ok, type Result, secondsOf, warning } from '../result.ts';

/** Invocations by which the split is measured. */
const INVOCATIONS = 200;
/** Share of the other version: of all shares, a half is where a wrong one shows first. */
export const SHARE = 0.5;
/** Chance that a correct split is reported, at each end. */
const TAIL = 0.000_05;

/** Two published versions, one of them live. @returns undefined where there are not two */
export async function pairOf(endpoint: DeployedEndpoint): Promise<Pair | undefined> {
  const [{ routing }, versions] = await Promise.all([endpoint.live.read(), publishedVersions(endpoint)]);
  const other = versions.findLast((version) => version !== routing.version);
  return other === undefined ? undefined : { stable: routing.version, other };
}

/** Invokes the alias and counts the versions. */
export async function checkSplit(context: DoctorContext, probe: Probe): Promise<Result> {
  const { stable, other } = probe.pair;
  const answers = await probe.invokeMany(INVOCATIONS);
  const broken = functionFault(context, probe, answers);
  if (broken) return broken;
  const hits = answers.filter(({ version }) => version === other).length;
  const { least, most } = likelyHits(INVOCATIONS, SHARE, TAIL);
  const words =
    `version ${stable}: ${INVOCATIONS - hits}, version ${other}: ${hits} of ${INVOCATIONS} at ${100 * SHARE} %; ` +
    `${least} to ${most} are likely`;
  const measured = { value: (100 * hits) / INVOCATIONS, unit: '%' };
  if (hits >= least && hits <= most) return ok(words, measured);
  const again = npmCommand(context, 'doctor');
  return failed(words, `${again}; if it repeats, set rollout to blueGreen() and report it to AWS Support`, measured);
}

/** A version that fails every request, even one that runs no model. */
function functionFault(context: DoctorContext, { pair }: Probe, answers: readonly ProbeAnswer[]): Result | undefined {
  const broken = answers.find(({ error }) => error !== undefined);
  if (!broken) return undefined;
  const count = answers.filter(({ error }) => error !== undefined).length;
  const words = `version ${broken.version} fails: ${count} of ${answers.length} invocations, ${broken.error}`;
  const isLive = broken.version === pair.stable;
  return failed(words, isLive ? npmCommand(context, 'rollout', 'status') : npmCommand(context, 'deploy'));
}

/** Answers of the stable version in a row after which the rollback is over. */
const IN_A_ROW = 50;
/** Longest time that is awaited, and from which on it is a warning. Milliseconds. */
const MOST_MS = 60_000;
const SLOW_S = 10;

/** Moves the alias back and measures until the other version answers no more. */
export async function checkRollback(context: DoctorContext, probe: Probe, mostMs = MOST_MS): Promise<Result> {
  const from = performance.now();
  await probe.moveBack();
  let backAt = performance.now();
  let inARow = 0;
  let late = 0;
  while (inARow < IN_A_ROW) {
    const answers = await probe.invokeSome();
    const others = answers.filter(({ version }) => version !== probe.pair.stable);
    inARow = others.length > 0 ? 0 : inARow + answers.length;
    late += others.length;
    if (others.length === 0) continue;
    backAt = performance.now();
    if (backAt - from > mostMs) {
      const words = `version ${probe.pair.other} still answers ${mostMs / 1000} s after UpdateAlias`;
      return failed(words, `${npmCommand(context, 'doctor')}; if it repeats, report it to AWS Support`);
    }
  }
  const measured = secondsOf(from, backAt);
  const words = `${measured.value} s until version ${probe.pair.stable} answered alone; ${late} late answers`;
  if (measured.value <= SLOW_S) return ok(words, measured);
  return warning(
    words,
    `count on it: a rollback takes this long. Measure again: ${npmCommand(context, 'doctor')}`,
    measured,
  );
}
