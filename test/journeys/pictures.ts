import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const GOLDEN = join(import.meta.dirname, '../../models/counter-nano/golden');

/** The bytes of a golden picture of the built-in package: `cars.jpg`, `apples.jpg`, `plants.jpg`, `empty-road.jpg`. */
export function golden(name: string): Buffer {
  return readFileSync(join(GOLDEN, name));
}
