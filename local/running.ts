/**
 * How other commands find a running emulator: it writes its addresses to its temporary folder, which is removed when it
 * ends.
 */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Addresses and process of a running emulator. */
export interface RunningEmulator {
  readonly url: string;
  /** Address of its AWS services. */
  readonly endpoint: string;
  readonly pid: number;
  /** Random, for deployments. */
  readonly token: string;
}

/** Prefix of temporary folders in the emulator's home. */
export const RUN_PREFIX = 'run-';

const FILE = 'laptop.json';

/** @param tmp temporary folder of the emulator */
export function announce(tmp: string, emulator: RunningEmulator): void {
  // Because a deployment runs code as this user, other users must not read the token.
  writeFileSync(join(tmp, FILE), JSON.stringify(emulator), { mode: 0o600 });
}

/** No emulator runs from this home, or several and the port is missing. */
export class EmulatorNotRunningError extends Error {
  override readonly name = 'EmulatorNotRunningError';
}

/** All emulators that run from a home. */
export function findRunning(home: string): RunningEmulator[] {
  if (!existsSync(home)) return [];
  const files = readdirSync(home)
    .filter((name) => name.startsWith(RUN_PREFIX))
    .map((name) => join(home, name, FILE));
  const announced = files.filter((file) => existsSync(file)).map((file) => JSON.parse(readFileSync(file, 'utf8')));
  return announced.filter(isRunning);
}

/** Because a killed emulator may leave its file, check its process. */
function isRunning({ pid }: RunningEmulator): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * The emulator that runs from a home.
 * @param port of its HTTP API; required where several run
 * @throws EmulatorNotRunningError
 */
export function oneRunning(home: string, port?: string): RunningEmulator {
  const running = findRunning(home);
  const [emulator, ...others] = running.filter(({ url }) => port === undefined || new URL(url).port === port);
  if (emulator && others.length === 0) return emulator;
  const ports = running.map(({ url }) => new URL(url).port).join(', ');
  if (emulator)
    throw new EmulatorNotRunningError(
      `Several emulators are running on this laptop (ports ${ports}). Choose one: --port <number>`,
    );
  const where = ports === '' ? '' : ` with port ${port} (running: ${ports})`;
  throw new EmulatorNotRunningError(
    `No emulator is running on this laptop${where}. Start one in another terminal: npm start`,
  );
}
