/**
 * COCO val2017 photos with boxes of all 80 classes: 448 pixels, in the packs of `../shared`, and in no repository.
 * YOLOX-nano was trained on train2017, so that it has seen none of them.
 */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Area } from '../drift/pictures.ts';

const PACKS = join(import.meta.dirname, '../../../shared/builtin-model/gpu/packs');
const NAMES = ['pack-00.tar', 'pack-01.tar', 'pack-02.tar'];

/** Whether the photos are there. */
export const hasPacks = NAMES.every((name) => existsSync(join(PACKS, name)));

/** An annotated object. */
export interface TrueObject extends Area {
  readonly label: string;
}

/** A photo with its annotation. */
export interface LabelledPhoto {
  /** Number of its pack. */
  readonly pack: number;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly objects: readonly TrueObject[];
}

/** Boxes: left, top, right, bottom, class, 1 for a guess of a model, confidence. */
const indexSchema = z.array(
  z.object({
    f: z.string(),
    set: z.string(),
    id: z.string(),
    known: z.union([z.literal('all'), z.array(z.int())]),
    boxes: z.array(z.tuple([z.number(), z.number(), z.number(), z.number(), z.int(), z.int(), z.number()])),
  }),
);

/** @param labels names of the classes, in COCO's order */
export async function readLabelledPhotos(labels: readonly string[]): Promise<LabelledPhoto[]> {
  const photos = await Promise.all(NAMES.map((_, pack) => readPack(pack, labels)));
  return photos.flat();
}

async function readPack(pack: number, labels: readonly string[]): Promise<LabelledPhoto[]> {
  const files = filesOf(await readFile(join(PACKS, NAMES[pack] as string)));
  const index = indexSchema.parse(JSON.parse(Buffer.from(files.get('index.json') as Uint8Array).toString()));
  return index
    .filter(({ set, known }) => set === 'val2017' && known === 'all')
    .map(({ f, id, boxes }) => ({
      pack,
      name: id,
      bytes: files.get(f) as Uint8Array,
      objects: boxes.map(([left, top, right, bottom, label]) => {
        return { label: labels[label] as string, x: left, y: top, width: right - left, height: bottom - top };
      }),
    }));
}

const BLOCK = 512;

/** Files of a tar archive with short names. Format: POSIX.1-1988 ustar. */
function filesOf(archive: Buffer): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0; ) {
    const field = (from: number, length: number) =>
      archive.toString('latin1', at + from, at + from + length).split('\0')[0] as string;
    const size = Number.parseInt(field(124, 12), 8);
    files.set(field(0, 100), archive.subarray(at + BLOCK, at + BLOCK + size));
    at += BLOCK * (1 + Math.ceil(size / BLOCK));
  }
  return files;
}
