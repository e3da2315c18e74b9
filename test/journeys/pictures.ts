import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { Random } from '../../bench/simulation/random.ts';

const GOLDEN = join(import.meta.dirname, '../../models/counter-nano/golden');

/** The bytes of a golden picture of the built-in package: `cars.jpg`, `apples.jpg`, `plants.jpg`, `empty-road.jpg`. */
export function golden(name: string): Buffer {
  return readFileSync(join(GOLDEN, name));
}

/** The same, at most 416 pixels wide and high, so that requests are cheap. */
export function small(name: string): Promise<Buffer> {
  return sharp(golden(name)).resize(416, 416, { fit: 'inside' }).jpeg({ quality: 95 }).toBuffer();
}

/** Places of the picture per side, on a canvas of 8 × 8 tiles. */
const PLACES = 4;
const SIZE = 8 / 5;

/**
 * Different scenes with the objects of one picture: at another place of another canvas, in another light. A shadow
 * takes none of up to 48 for a near neighbour of another one, also within a minute, and counter-nano finds the three
 * cars or five apples of the golden pictures in each.
 */
export async function scenesOf(picture: Buffer, count: number): Promise<readonly Buffer[]> {
  const { width = 0, height = 0 } = await sharp(picture).metadata();
  const size = { width: Math.round(SIZE * width), height: Math.round(SIZE * height) };
  const random = new Random(picture.length);
  const scene = async (index: number) => {
    const left = Math.round(((index % PLACES) * size.width) / 8);
    const top = Math.round(((Math.floor(index / PLACES) % PLACES) * size.height) / 8);
    const light = [1, 0.8, 1.2][Math.floor(index / PLACES ** 2) % 3] as number;
    const input = await sharp(picture).linear(light, 0).toBuffer();
    return sharp(await tiles(size, random))
      .composite([{ input, left, top }])
      .jpeg({ quality: 95 })
      .toBuffer();
  };
  const scenes: Buffer[] = [];
  for (let index = 0; index < count; index += 1) scenes.push(await scene(index));
  return scenes;
}

/** Different scenes without objects whose upper quarter is black. */
export async function blackScenes(count: number): Promise<readonly Buffer[]> {
  const size = { width: 416, height: 416 };
  const random = new Random(2);
  const input = await sharp({ create: { width: 416, height: 104, channels: 3, background: 'black' } })
    .png()
    .toBuffer();
  const scenes: Buffer[] = [];
  for (let index = 0; index < count; index += 1) {
    scenes.push(
      await sharp(await tiles(size, random))
        .composite([{ input, left: 0, top: 0 }])
        .jpeg({ quality: 95 })
        .toBuffer(),
    );
  }
  return scenes;
}

/** A canvas of 8 × 8 grey tiles. */
function tiles({ width, height }: { width: number; height: number }, random: Random): Promise<Buffer> {
  const greys = Uint8Array.from({ length: 64 }, () => 16 + 44 * random.below(6));
  return sharp(greys, { raw: { width: 8, height: 8, channels: 1 } })
    .resize(width, height, { fit: 'fill', kernel: 'nearest' })
    .toColourspace('srgb')
    .png()
    .toBuffer();
}

/** Lists taking turns: the first of each, then the second of each, as far as the shortest goes. */
export function inTurns<T>(...lists: readonly (readonly T[])[]): T[] {
  const length = Math.min(...lists.map((list) => list.length));
  return Array.from({ length }, (_, index) => lists.map((list) => list[index] as T)).flat();
}
