/** `rollout watch`: follows a rollout until it ends, or waits for an operator. */

import { setTimeout as sleep } from 'node:timers/promises';
import { isUnderWay } from '../../../functions/standing/phase.ts';
import { read } from '../../../functions/standing/reading.ts';
import { type Standing, standingOf } from '../../../functions/standing/standing.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { withOptions } from '../command-line.ts';
import type { DeployedEndpoint } from '../deployed-endpoint.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { openJudgePage } from '../judge-page.ts';
import { endingInWords, newsOf } from '../watch-lines.ts';
import { type Screen, screenFor } from '../watch-screen.ts';
import { standingOfVersion } from '../watched-version.ts';

export interface WatchOptions {
  /** The version whose rollout to follow; default: the running or the last one. */
  readonly version?: string;
  /** Whether to go on while the rollout waits for an operator. */
  readonly keepWatching?: boolean;
  readonly json?: boolean;
}

/** Milliseconds between two reads. */
const LOOK_MS = 2000;

/**
 * Follows a rollout until it ends or waits for an operator. Without a version, follows the rollout of a newer version
 * after it. Ctrl-C does not end the rollout.
 * @returns the exit code, as `status` has it
 * @throws OrderRefusedError where the version has had no rollout
 */
export async function watchCommand(
  deployed: DeployedEndpoint,
  options: WatchOptions,
  terminal: Terminal,
): Promise<number> {
  const { json = false } = options;
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const screen = screenFor(terminal, json);
  try {
    const last = await follow(deployed, options, { screen, interrupted: interrupt.signal });
    if (!json) screen.end(interrupt.signal.aborted ? left(last) : endingInWords(last));
    return exitCodeOf([last.phase]);
  } finally {
    screen.close();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

interface View {
  readonly screen: Screen;
  readonly interrupted: AbortSignal;
}

async function follow(
  deployed: DeployedEndpoint,
  { version, keepWatching = false }: WatchOptions,
  { screen, interrupted }: View,
): Promise<Standing> {
  const goesOn = ({ phase }: Standing) => isUnderWay(phase) && (keepWatching || phase !== 'waiting');
  let before: Standing | undefined;
  for (;;) {
    const present = standingOf(await read(deployed));
    const own = version === undefined ? present : await standingOfVersion(deployed, version, present);
    const standing = withOptions(own, deployed.given);
    const judgePage = openJudgePage(deployed, standing);
    screen.show(standing, { news: newsOf(before, standing, judgePage), judgePage });
    if (!goesOn(standing) || interrupted.aborted) return standing;
    before = standing;
    // Because the abort rejects the sleep.
    await sleep(LOOK_MS, undefined, { signal: interrupted }).catch(() => {});
    if (interrupted.aborted) return standing;
  }
}

function left({ endpoint, phase }: Standing): string {
  return isUnderWay(phase) ? `no longer watching ${endpoint}; its rollout continues` : `${endpoint}: ${phase}`;
}
