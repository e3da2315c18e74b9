/** How long a picture takes with two packages on this machine. */

import { join } from 'node:path';
import { readManifest } from '../../../functions/detection/manifest.ts';
import { goldenPictures } from '../../model/files/golden-pictures.ts';
import { runModel } from '../../model/run/run-model.ts';

/** From bytes to boxes, milliseconds. */
export interface SpeedPair {
  readonly before: number;
  readonly after: number;
}

/** Because other load only adds time, each package answers each picture often, by turns, and the fastest counts. */
const ROUNDS = 2;
const REPEATS = 4;

/** Measures each pair of packages once. */
export class Speeds {
  private readonly measured = new Map<string, Promise<SpeedPair | undefined>>();

  /** As `comparedSpeed`. */
  compared(before: string, after: string): Promise<SpeedPair | undefined> {
    const key = `${before}\0${after}`;
    const pair = this.measured.get(key) ?? comparedSpeed(before, after);
    this.measured.set(key, pair);
    return pair;
  }
}

/**
 * The mean over the golden pictures of the package after.
 * @returns undefined where nothing that takes time differs: weights, input, suppression
 * @throws RunError, ModelPackageError
 */
export async function comparedSpeed(before: string, after: string): Promise<SpeedPair | undefined> {
  const [old, own] = await Promise.all([costly(before), costly(after)]);
  if (old === own) return undefined;
  const pictures = (await goldenPictures(after)).map((file) => join(after, 'golden', file));
  const fastest = { before: new Map<string, number>(), after: new Map<string, number>() };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [side, folder] of [['before', before] as const, ['after', after] as const]) {
      for (const [picture, ms] of await timesOf(folder, pictures))
        fastest[side].set(picture, Math.min(ms, fastest[side].get(picture) ?? ms));
    }
  }
  return { before: mean([...fastest.before.values()]), after: mean([...fastest.after.values()]) };
}

/** What a package's time depends on. */
async function costly(folder: string): Promise<string> {
  const { sha256, family, input, outputs, nms } = await readManifest(folder);
  return JSON.stringify([sha256, family, input, outputs, nms]);
}

async function timesOf(folder: string, pictures: readonly string[]): Promise<[picture: string, ms: number][]> {
  const repeated = Array.from({ length: REPEATS }, () => pictures).flat();
  const { answers } = await runModel({ folder, pictures: repeated });
  return answers.map(({ timing }, index) => {
    const ms = Object.values(timing).reduce((sum, each) => sum + each, 0);
    return [repeated[index] as string, ms];
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
