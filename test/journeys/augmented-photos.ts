/** Different pictures of the shared photos: flipped, cropped, brighter or darker, with their labels moved along. */

import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { seededRandom } from '../../cli/model/evaluation/random.ts';
import type { PhotoTruth, TruthBox } from '../../functions/truth/photos.ts';
import { readTruth } from '../../functions/truth/truth-file.ts';

/** A picture with its truth. */
export interface AugmentedPhoto {
  readonly file: string;
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly TruthBox[];
}

/** A cut-out of the upright photo, pixels. */
interface Crop {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** An object that is less than half in the picture is none. */
const LEAST_VISIBLE = 0.5;

/**
 * Makes `count` pictures, the photos by turns. The seed determines them.
 * @param folder of the shared photos, with their `truth.json`
 */
export async function augmentedPhotos(folder: string, count: number, seed: number): Promise<AugmentedPhoto[]> {
  const truths = (await readTruth(join(folder, 'truth.json'))).filter(({ boxes, size }) => boxes && size);
  const random = seededRandom(seed);
  const made: AugmentedPhoto[] = [];
  for (let index = 0; index < count; index++) {
    const truth = truths[index % truths.length] as PhotoTruth;
    const crop = cropOf(truth, random);
    const isFlipped = random() < 0.5;
    // From its bytes, because functions/detection keeps sharp from opening files in the whole process.
    const cut = sharp(await readFile(join(folder, truth.file)))
      .rotate()
      .extract(crop)
      .modulate({ brightness: 0.8 + 0.4 * random() });
    const upright = await cut.png({ compressionLevel: 1 }).toBuffer();
    const bytes = await sharp(upright).flop(isFlipped).jpeg({ quality: 92 }).toBuffer();
    const boxes = (truth.boxes ?? []).flatMap((box) => moved(box, crop, isFlipped));
    const { width, height } = crop;
    made.push({ file: `${seed}-${index}-${truth.file}`, bytes, width, height, boxes });
  }
  return made;
}

function cropOf({ size = { width: 0, height: 0 } }: PhotoTruth, random: () => number): Crop {
  const width = Math.round(size.width * (0.75 + 0.25 * random()));
  const height = Math.round(size.height * (0.75 + 0.25 * random()));
  const left = Math.floor(random() * (size.width - width + 1));
  const top = Math.floor(random() * (size.height - height + 1));
  return { left, top, width, height };
}

function moved(truth: TruthBox, { left, top, width, height }: Crop, isFlipped: boolean): TruthBox[] {
  const { box } = truth;
  const [x, y] = [Math.max(box.x, left), Math.max(box.y, top)];
  const right = Math.min(box.x + box.width, left + width);
  const bottom = Math.min(box.y + box.height, top + height);
  const area = Math.max(0, right - x) * Math.max(0, bottom - y);
  if (area < LEAST_VISIBLE * box.width * box.height) return [];
  const from = isFlipped ? left + width - right : x - left;
  return [{ ...truth, area, box: { x: from, y: y - top, width: right - x, height: bottom - y } }];
}

/** Number of objects of a label. */
export function countOf({ boxes }: Pick<AugmentedPhoto, 'boxes'>, label: string): number {
  return boxes.filter((box) => box.label === label && !box.crowd).length;
}

/** Writes the pictures and their truth as a labelled set. */
export function writeSet(folder: string, photos: readonly AugmentedPhoto[]): void {
  for (const { file, bytes } of photos) writeFileSync(join(folder, file), bytes);
  const coco = photos.map(({ file, width, height, boxes }) => ({
    file,
    width,
    height,
    boxes: boxes.map(({ label, box, crowd }) => ({ label, box: [box.x, box.y, box.width, box.height], crowd })),
  }));
  writeFileSync(join(folder, 'truth.json'), JSON.stringify({ coco }));
}
