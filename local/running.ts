/** How other commands find a laptop that is running: it leaves its address in its temporary folder, which goes with it. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A laptop, seen from outside. */
export interface RunningLaptop {
  readonly url: string;
  /** Address of its AWS services. */
  readonly endpoint: string;
  readonly pid: number;
}

/** Temporary folders are named so, in the laptop's home. */
export const RUN_PREFIX = 'run-';

const FILE = 'laptop.json';

export function announce(tmp: string, laptop: RunningLaptop): void {
  writeFileSync(join(tmp, FILE), JSON.stringify(laptop));
}

/** All laptops that run from a home. */
export function findRunning(home: string): RunningLaptop[] {
  if (!existsSync(home)) return [];
  const files = readdirSync(home)
    .filter((name) => name.startsWith(RUN_PREFIX))
    .map((name) => join(home, name, FILE));
  return files.filter((file) => existsSync(file)).map((file) => JSON.parse(readFileSync(file, 'utf8')));
}
