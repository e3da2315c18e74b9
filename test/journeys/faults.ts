/** Faults that a new version can have, and how a sound one is given them. */

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Change } from './assembly.ts';
import {
  CRASHING,
  changingDetections,
  EVERYTHING_TWICE,
  failingEvery,
  hangingEvery,
  KILLED_BY_BLACK,
  MISSING_ONE_IN_THREE,
  PIXELS_FROM_0_TO_1,
  REJECTING,
  SLOW_MODEL,
} from './broken-code.ts';

/** What is wrong with a candidate. */
export interface Fault {
  readonly endpoint: string;
  /** In words, for the table. */
  readonly words: string;
  /** The kind of step that must stop it; absent: nothing is wrong, so it is promoted. */
  readonly stoppedIn?: 'golden' | 'shadow' | 'weight';
  readonly change: Change;
}

/** By what the emulator divides times in these rollouts. */
export const SPEED = 30;

/** A minute at this speed, because functions time out by the clock of the machine. */
const TIMEOUT_SECONDS = 2;

/** Golden pictures can show the faults named `-later`, too, but happen not to show them here. */
export const FAULTS: readonly Fault[] = [
  { endpoint: 'sound', words: 'none', change: {} },
  { endpoint: 'crash', words: 'crashes at load', stoppedIn: 'golden', change: { code: CRASHING } },
  { endpoint: 'nan', words: 'the model returns NaN', stoppedIn: 'golden', change: { model: poison } },
  { endpoint: 'rgb', words: 'sees RGB for BGR', stoppedIn: 'golden', change: { model: readRgb } },
  {
    endpoint: 'double',
    words: 'returns everything twice',
    stoppedIn: 'golden',
    change: { code: changingDetections(EVERYTHING_TWICE, { golden: true }) },
  },
  {
    endpoint: 'misses',
    words: 'misses one object in three',
    stoppedIn: 'golden',
    change: { code: changingDetections(MISSING_ONE_IN_THREE, { golden: true }) },
  },
  { endpoint: 'slow', words: 'three times slower', stoppedIn: 'shadow', change: { code: SLOW_MODEL } },
  {
    endpoint: 'unit-later',
    words: 'sees pixels from 0 to 1, but not in the golden pictures',
    stoppedIn: 'shadow',
    change: { code: PIXELS_FROM_0_TO_1 },
  },
  {
    endpoint: 'double-later',
    words: 'returns everything twice, but not for the golden pictures',
    stoppedIn: 'shadow',
    change: { code: changingDetections(EVERYTHING_TWICE, { golden: false }) },
  },
  {
    endpoint: 'misses-later',
    words: 'misses one object in three, but not in the golden pictures',
    stoppedIn: 'shadow',
    change: { code: changingDetections(MISSING_ONE_IN_THREE, { golden: false }) },
  },
  {
    endpoint: 'throws',
    words: 'throws on one request in five',
    stoppedIn: 'weight',
    change: { code: failingEvery(5) },
  },
  { endpoint: 'rejects', words: 'rejects every request', stoppedIn: 'weight', change: { code: REJECTING } },
  {
    endpoint: 'times-out',
    words: 'times out in one request in ten',
    stoppedIn: 'weight',
    change: { code: hangingEvery(10), timeoutSeconds: TIMEOUT_SECONDS },
  },
  {
    endpoint: 'killed',
    words: 'kills its process on one picture',
    stoppedIn: 'shadow',
    change: { code: KILLED_BY_BLACK },
  },
];

/** Weights of one layer become NaN: 32 bits of ones are a NaN at any offset within a long list of floats. */
function poison(folder: string): void {
  const file = join(folder, 'model.onnx');
  const weights = readFileSync(file);
  const middle = weights.length >> 1;
  weights.fill(0xff, middle, middle + 64);
  writeFileSync(file, weights);
  editManifest(folder, () => ({ sha256: createHash('sha256').update(weights).digest('hex') }));
}

function readRgb(folder: string): void {
  editManifest(folder, ({ input }) => ({ input: { ...(input as object), colour: 'RGB' } }));
}

function editManifest(folder: string, change: (manifest: Record<string, unknown>) => object): void {
  const file = join(folder, 'model.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...manifest, ...change(manifest) }));
}
