/** What YOLOX-nano answers to the photos, before and after a shift, beside the true counts. */

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { detect } from '../../functions/detection/detect.ts';
import type { Model } from '../../functions/detection/model.ts';
import { encoded, type Photo, type Shift, shifted } from '../drift/pictures.ts';
import { loadDetector } from '../drift/pools.ts';
import { Random } from '../simulation/random.ts';
import { type LabelledPhoto, readLabelledPhotos, type TrueObject } from './photos.ts';

/** The shifts, decided before any result was seen: five of the drift simulation, by its code and with its numbers. */
export const SHIFTED = ['night', 'fog', 'blur', 'JPEG quality 20', 'half the objects'] as const satisfies Shift[];
export type AccuracyShift = (typeof SHIFTED)[number];

/** The answer to a picture, and its truth, by label. */
export interface Answer {
  readonly photo: string;
  readonly labels: Readonly<Record<string, LabelAnswer>>;
}

interface LabelAnswer {
  readonly truth: number;
  /** Of the detections, descending. */
  readonly confidences: readonly number[];
}

/** Labels that the virtual endpoints count. */
export const COUNTED = ['person', 'car', 'bus', 'truck'] as const;

/** The photos of the pack before were used while the method was made: no result is of them. */
const FIRST_PACK = 1;

/** A painted object counts no more; another one does, unless this share of it is painted over. */
const HIDDEN = 0.5;

/**
 * @param shift absent: no shift
 * @param folder of answers that an earlier run has kept
 */
export async function answersTo(shift: AccuracyShift | undefined, seed: number, folder?: string): Promise<Answer[]> {
  const kept = folder === undefined ? undefined : join(folder, `${seed}-${shift ?? 'none'}.json`);
  if (kept !== undefined && existsSync(kept)) return JSON.parse(await readFile(kept, 'utf8'));
  const model = await loadDetector();
  try {
    const photos = await readLabelledPhotos(model.manifest.labels);
    const answers: Answer[] = [];
    for (const [index, photo] of photos.entries()) {
      if (photo.pack < FIRST_PACK) continue;
      const seeds = [seed, index, shift === undefined ? 0 : SHIFTED.indexOf(shift) + 1];
      answers.push(await answerTo(model, photo, shift, seeds));
    }
    if (kept !== undefined) await writeFile(kept, JSON.stringify(answers));
    return answers;
  } finally {
    await model.release();
  }
}

async function answerTo(
  model: Model,
  photo: LabelledPhoto,
  shift: AccuracyShift | undefined,
  seeds: readonly number[],
): Promise<Answer> {
  const { shot, objects } = await shotOf(photo);
  const random = new Random(...seeds);
  const picture = shift === undefined ? await encoded(shot, random) : await shifted(shift, shot, objects, random);
  const { detections } = await detect(model, picture, { annotate: false, labels: COUNTED });
  const painted = shift === 'half the objects' ? paintedOf(objects, new Random(...seeds)) : [];
  const truth = objects.filter((object) => !isHidden(object, painted));
  const labels = COUNTED.map((label) => {
    const found = detections.filter((detection) => detection.label === label);
    const confidences = found.map(({ confidence }) => Number(confidence.toFixed(4)));
    return [label, { truth: truth.filter((object) => object.label === label).length, confidences }] as const;
  });
  return { photo: photo.name, labels: Object.fromEntries(labels) };
}

/** In the size of COCO's photos, which the shifts are made for. */
const SIDE = 640;

async function shotOf(photo: LabelledPhoto): Promise<{ shot: Photo; objects: readonly TrueObject[] }> {
  const picture = sharp(photo.bytes).removeAlpha().toColourspace('srgb');
  const { width: before = SIDE } = await picture.metadata();
  const size = { width: SIDE, height: SIDE, fit: 'inside' } as const;
  const { data, info } = await picture.resize(size).raw().toBuffer({ resolveWithObject: true });
  const scale = info.width / before;
  const objects = photo.objects.map(({ label, x, y, width, height }) => {
    return { label, x: x * scale, y: y * scale, width: width * scale, height: height * scale };
  });
  const { name } = photo;
  return { shot: { name, pixels: data, width: info.width, height: info.height, subject: 'others' }, objects };
}

/** The objects that the shift paints over: its first draws decide. */
function paintedOf(objects: readonly TrueObject[], random: Random): TrueObject[] {
  return objects.filter(() => random.chance(0.5));
}

/** Whether one of the painted areas covers it. */
function isHidden(object: TrueObject, painted: readonly TrueObject[]): boolean {
  return painted.some((area) => {
    const width = Math.min(object.x + object.width, area.x + area.width) - Math.max(object.x, area.x);
    const height = Math.min(object.y + object.height, area.y + area.height) - Math.max(object.y, area.y);
    return width > 0 && height > 0 && width * height >= HIDDEN * object.width * object.height;
  });
}
