/** `rollout watch`: follows a rollout to its end. */

import { setTimeout as sleep } from 'node:timers/promises';
import { isUnderWay } from '../../../functions/standing/phase.ts';
import { read } from '../../../functions/standing/reading.ts';
import { type Standing, standingOf } from '../../../functions/standing/standing.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { DeployedEndpoint } from '../deployed-endpoint.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { endingInWords, newsOf } from '../watch-lines.ts';
import { type Screen, screenFor } from '../watch-screen.ts';

/** Milliseconds between two reads. */
const LOOK_MS = 2000;

/**
 * Follows the running rollout until it ends, and that of a newer version after it. Ctrl-C does not end the rollout.
 * @returns the exit code, as `status` has it
 */
export async function watchCommand(deployed: DeployedEndpoint, { json = false }, terminal: Terminal): Promise<number> {
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const screen = screenFor(terminal, json);
  try {
    const last = await follow(deployed, screen, interrupt.signal);
    if (!json) screen.end(interrupt.signal.aborted ? left(last) : endingInWords(last));
    return exitCodeOf([last.phase]);
  } finally {
    screen.close();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

async function follow(deployed: DeployedEndpoint, screen: Screen, interrupted: AbortSignal): Promise<Standing> {
  let before: Standing | undefined;
  for (;;) {
    const standing = standingOf(await read(deployed));
    screen.show(standing, newsOf(before, standing));
    if (!isUnderWay(standing.phase) || interrupted.aborted) return standing;
    before = standing;
    // Because the abort rejects the sleep.
    await sleep(LOOK_MS, undefined, { signal: interrupted }).catch(() => {});
    if (interrupted.aborted) return standing;
  }
}

function left({ endpoint, phase }: Standing): string {
  return isUnderWay(phase) ? `no longer watching ${endpoint}; its rollout continues` : `${endpoint}: ${phase}`;
}
