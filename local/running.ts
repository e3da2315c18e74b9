/** How other commands find a laptop that is running: it leaves its address in its temporary folder, which goes with it. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A laptop, seen from outside. */
export interface RunningEmulator {
  readonly url: string;
  /** Address of its AWS services. */
  readonly endpoint: string;
  readonly pid: number;
}

/** Temporary folders are named so, in the laptop's home. */
export const RUN_PREFIX = 'run-';

const FILE = 'laptop.json';

export function announce(tmp: string, laptop: RunningEmulator): void {
  writeFileSync(join(tmp, FILE), JSON.stringify(laptop));
}

/** There is no laptop to talk to, or more than one. */
export class EmulatorNotRunningError extends Error {
  override readonly name = 'EmulatorNotRunningError';
}

/** All laptops that run from a home. */
export function findRunning(home: string): RunningEmulator[] {
  if (!existsSync(home)) return [];
  const files = readdirSync(home)
    .filter((name) => name.startsWith(RUN_PREFIX))
    .map((name) => join(home, name, FILE));
  const announced = files.filter((file) => existsSync(file)).map((file) => JSON.parse(readFileSync(file, 'utf8')));
  return announced.filter(isAlive);
}

/** One that was killed leaves its address behind. */
function isAlive({ pid }: RunningEmulator): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * The laptop that runs from a home.
 * @param port of its HTTP API; needed where several run
 * @throws EmulatorNotRunningError
 */
export function oneRunning(home: string, port?: string): RunningEmulator {
  const running = findRunning(home);
  const [laptop, ...others] = running.filter(({ url }) => port === undefined || new URL(url).port === port);
  if (laptop && others.length === 0) return laptop;
  const ports = running.map(({ url }) => new URL(url).port).join(', ');
  if (laptop)
    throw new EmulatorNotRunningError(
      `More than one laptop is running here (ports ${ports}). Choose one: --port <number>`,
    );
  const where = ports === '' ? '' : ` on port ${port} (but on ${ports})`;
  throw new EmulatorNotRunningError(`No laptop is running here${where}. Start one in another terminal: npm start`);
}
