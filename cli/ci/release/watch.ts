/** `npm run ci -- watch`: waits for the verdicts on the versions that `deploy` has noted. */

import { setTimeout as sleep } from 'node:timers/promises';
import { isUnderWay } from '../../../functions/standing/phase.ts';
import { read } from '../../../functions/standing/reading.ts';
import { type Standing, standingOf } from '../../../functions/standing/standing.ts';
import { withOptions } from '../../rollout/command-line.ts';
import { connect, type Target } from '../../rollout/connection.ts';
import type { DeployedEndpoint } from '../../rollout/deployed-endpoint.ts';
import { exitCodeOf } from '../../rollout/exit-codes.ts';
import { endingInWords, newsOf, verdictInWords } from '../../rollout/watch-lines.ts';
import { standingOfVersion } from '../../rollout/watched-version.ts';
import type { Output } from '../../terminal/terminal.ts';
import { deployedEndpoint, readRelease, releaseFile } from './released.ts';

export interface WatchOptions extends Target {
  /** Folder of the note. */
  readonly out: string;
  /** Longest wait. Minutes. */
  readonly minutes: number;
}

/** Milliseconds between two reads. Because a rollout ticks once a minute, on an emulator with --speed more often. */
const EVERY_MS = { aws: 15_000, local: 1000 } as const;

/** A version that is waited for. */
export interface Watched {
  readonly name: string;
  readonly version: string;
  readonly deployed: DeployedEndpoint;
}

/**
 * Waits until all rollouts are done, or one ends otherwise, or the time is over.
 * @returns the exit code, as `rollout watch` has it; that of the worst
 * @throws NotDeployedError, OrderRefusedError
 */
export async function watchRelease(options: WatchOptions, output: Output): Promise<number> {
  const { platform, endpoints } = readRelease(releaseFile(options.out));
  const connection = connect(options);
  const watched = await Promise.all(
    endpoints.map(async (each) => ({ ...each, deployed: await deployedEndpoint(connection, platform, each) })),
  );
  const everyMs = options.local ? EVERY_MS.local : EVERY_MS.aws;
  return waitForVerdicts(watched, { minutes: options.minutes, everyMs }, output);
}

interface Patience {
  readonly minutes: number;
  readonly everyMs: number;
}

/** Waits, and prints what changes. @returns the exit code */
export async function waitForVerdicts(
  watched: readonly Watched[],
  { minutes, everyMs }: Patience,
  output: Output,
): Promise<number> {
  const deadline = performance.now() + minutes * 60_000;
  const last = new Map<string, Standing>();
  output.print(`waits for ${watched.map(({ name, version }) => `version ${version} of ${name}`).join(', ')}`);
  for (;;) {
    for (const one of watched) {
      const before = last.get(one.name);
      if (before && !goesOn(before)) continue;
      const standing = await standingNow(one);
      last.set(one.name, standing);
      const news = newsOf(before, standing);
      if (news !== undefined) output.print(`${one.name}: ${news}`);
    }
    const code = exitCodeOf([...last.values()].filter((each) => !goesOn(each)).map(({ phase }) => phase));
    const isOver = code !== 0 || performance.now() >= deadline || ![...last.values()].some(goesOn);
    if (isOver) return conclude([...last.values()], minutes, output);
    await sleep(everyMs);
  }
}

/** A rollout that waits for an operator must not keep a pipeline. */
function goesOn({ phase }: Standing): boolean {
  return isUnderWay(phase) && phase !== 'waiting';
}

async function standingNow({ deployed, version }: Watched): Promise<Standing> {
  const present = standingOf(await read(deployed));
  return withOptions(await standingOfVersion(deployed, version, present), deployed.given);
}

/** Says how each ended. @returns the exit code */
function conclude(standings: readonly Standing[], minutes: number, output: Output): number {
  const ended = standings.filter((each) => !goesOn(each));
  const running = standings.filter(goesOn);
  const code = exitCodeOf((ended.some(isBad) ? ended : standings).map(({ phase }) => phase));
  for (const each of ended) output.print(isBad(each) ? withVerdict(each) : endingInWords(each));
  for (const { endpoint, rollout } of running) {
    const why = ended.some(isBad) ? 'is no longer waited for' : `has no verdict after ${minutes} minutes`;
    output.print(`${endpoint}: the rollout of version ${rollout?.version} ${why}; it continues`);
  }
  output.print(code === 0 ? 'All rollouts are done.' : 'Stops here: nothing is deployed to the next account.');
  return code;
}

function isBad({ phase }: Standing): boolean {
  return exitCodeOf([phase]) !== 0;
}

/** The end with the words of the verdict, because the lines above can be far away. */
function withVerdict(standing: Standing): string {
  const { rollout } = standing;
  return rollout ? `${endingInWords(standing)}. Verdict: ${verdictInWords(rollout)}` : endingInWords(standing);
}
