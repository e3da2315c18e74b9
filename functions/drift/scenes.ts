/**
 * Pictures of one scene share the weight of one observation.
 *
 * The second picture of a scene is nearly told by the first, so ten pictures of a parked car are no ten proofs that
 * cars park there. `functions/judge/scenes.ts` counts the first picture only; here, where no picture may decide which
 * answer counts, each of m pictures has the weight 1/m. That keeps the evidence valid: the logarithm of a bet's gain is
 * concave, so that the mean of the logarithms is at most the logarithm of the gain on the scene's mean value (Jensen).
 *
 * A scene does not extend over the end of an hour: the sketch of an hour is closed with it.
 */

import type { PictureFacts } from './features.ts';

/** Levels of 64 by which a cell of the same scene may differ: measured for `functions/judge/scenes.ts`. */
const SAME_LEVELS = 4;
/** Within this time, half of the cells of one caller's pictures may differ more, as where a car has come. */
const NEAR_IN_TIME = 5 * 60_000;

/** Weight of each picture of an hour: 1 / pictures of its scene. In the order of the pictures. */
export function sceneWeights(pictures: readonly PictureFacts[]): number[] {
  const scenes: Scene[] = [];
  const order = pictures.map((_, index) => index).toSorted((a, b) => at(pictures, a).time - at(pictures, b).time);
  for (const index of order) {
    const { time, caller, luminance } = at(pictures, index);
    const cells = luminance === undefined ? undefined : Buffer.from(luminance, 'latin1');
    const scene = scenes.find((known) => isOf(known, time, caller, cells));
    if (scene) {
      scene.latest = time;
      scene.members.push(index);
    } else scenes.push({ caller, cells, latest: time, members: [index] });
  }
  const weights = pictures.map(() => 0);
  for (const { members } of scenes) for (const index of members) weights[index] = 1 / members.length;
  return weights;
}

/** Pictures of one scene, by its first one. */
interface Scene {
  readonly caller: string | undefined;
  /** Luminance of the first picture; undefined where it was not decoded. */
  readonly cells: Uint8Array | undefined;
  /** Time of the last picture. */
  latest: number;
  readonly members: number[];
}

function at(pictures: readonly PictureFacts[], index: number): PictureFacts {
  return pictures[index] as PictureFacts;
}

/** Whether a picture shows the scene. Of pictures that were not decoded, those of one caller do, within minutes. */
function isOf(scene: Scene, time: number, caller: string | undefined, cells: Uint8Array | undefined): boolean {
  const isNear = scene.caller === caller && time - scene.latest <= NEAR_IN_TIME;
  if (!scene.cells || !cells) return isNear && scene.cells === cells;
  return differAtMost(isNear ? cells.length / 2 : 0, scene.cells, cells);
}

/** Whether at most so many cells differ. Stops at the first that is too many. */
function differAtMost(most: number, a: Uint8Array, b: Uint8Array): boolean {
  let differing = 0;
  for (let cell = 0; cell < a.length; cell++) {
    if (Math.abs((a[cell] as number) - (b[cell] as number)) <= SAME_LEVELS) continue;
    differing += 1;
    if (differing > most) return false;
  }
  return true;
}
