/**
 * What the real pipeline says of the pictures of the simulation: features of many shots, before and after each shift.
 */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { detect, type Prediction } from '../../functions/detection/detect.ts';
import { loadModel, type Model } from '../../functions/detection/model.ts';
import type { PictureFacts } from '../../functions/drift/features.ts';
import { Random } from '../simulation/random.ts';
import { encoded, type Photo, SHIFTS, type Shift, type Subject, shifted, shotOf } from './pictures.ts';

const ROOT = join(import.meta.dirname, '../..');
const DATA = join(ROOT, '../shared/data');

/** Least width of a photo, pixels: so that sizes do not tell photos of cars from others. */
const LEAST_WIDTH = 400;

/** Whether the photos are there: they belong to no repository. */
export const hasPhotos = existsSync(join(DATA, 'photos', 'truth.json'));

/** A picture and its answer, without time and caller. */
export type Row = Omit<PictureFacts, 'time' | 'caller'>;

/** Rows before, and after each shift. */
export interface Pools {
  readonly before: readonly Row[];
  readonly after: Readonly<Record<Shift, readonly Row[]>>;
}

/** Shares of the shots by what they have most of, before and after the change of the class mix. */
const MIX = {
  before: { vehicles: 0.6, people: 0.2, others: 0.2 },
  after: { vehicles: 0.15, people: 0.65, others: 0.2 },
} as const;
const VEHICLES = ['car', 'bus', 'truck', 'bicycle', 'motorcycle', 'traffic light', 'parking meter'];
/** Share of people in a photo that shows people mostly. */
const LEAST_PEOPLE = 0.4;
type Mix = Readonly<Record<Subject, number>>;

/**
 * Features of shots, by the real pipeline: decoding, YOLOX-nano, measures.
 * @param shift absent: before any shift
 */
export async function makePool(count: number, seed: number, shift?: Shift): Promise<Row[]> {
  const photos = await readPhotos();
  const model = await loadDetector();
  const index = shift === undefined ? 0 : Object.keys(SHIFTS).indexOf(shift) + 1;
  const make = (shot: Photo, random: Random) =>
    shift === undefined ? encoded(shot, random) : shotAfter(shift, shot, random, model);
  try {
    return await rowsOf(count, { random: new Random(seed, index), photos, mix: mixOf(shift), make, model });
  } finally {
    await model.release();
  }
}

function mixOf(shift: Shift | undefined): Mix {
  return shift === 'other class mix' ? MIX.after : MIX.before;
}

interface Making {
  readonly random: Random;
  readonly photos: readonly Photo[];
  readonly mix: Mix;
  readonly make: (shot: Photo, random: Random) => Promise<Buffer>;
  readonly model: Model;
}

async function rowsOf(count: number, { random, photos, mix, make, model }: Making): Promise<Row[]> {
  const bySubject = Map.groupBy(photos, ({ subject }) => subject);
  const rows: Row[] = [];
  for (let index = 0; index < count; index++) {
    const from = bySubject.get(subjectBy(mix, random.uniform())) as readonly Photo[];
    const shot = await shotOf(from[random.below(from.length)] as Photo, random);
    rows.push(rowOf(await detect(model, await make(shot, random), { annotate: false, measure: true })));
  }
  return rows;
}

function subjectBy({ vehicles, people }: Mix, position: number): Subject {
  if (position < vehicles) return 'vehicles';
  return position < vehicles + people ? 'people' : 'others';
}

async function shotAfter(shift: Shift, shot: Photo, random: Random, model: Model): Promise<Buffer> {
  if (shift !== 'half the objects') return shifted(shift, shot, [], random);
  const { image, detections } = await detect(model, await encoded(shot, random), { annotate: false });
  const scale = shot.width / image.width;
  const objects = detections.map(({ box: { x, y, width, height } }) => {
    return { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
  });
  return shifted(shift, shot, objects, random);
}

function rowOf({ image, luminance, measures, detections }: Prediction): Row {
  return { image, luminance, detections, ...(measures && { measures }) };
}

async function readPhotos(): Promise<Photo[]> {
  const folder = join(DATA, 'photos');
  const { coco } = JSON.parse(await readFile(join(folder, 'truth.json'), 'utf8')) as Truth;
  return Promise.all(
    coco
      .filter(({ width }) => width >= LEAST_WIDTH)
      .map(async ({ file, boxes }) => {
        const bytes = await readFile(join(folder, file));
        const picture = sharp(bytes).autoOrient().removeAlpha().toColourspace('srgb').raw();
        const { data, info } = await picture.toBuffer({ resolveWithObject: true });
        const subject = subjectOf(boxes.map(({ label }) => label));
        return { name: file, pixels: data, width: info.width, height: info.height, subject };
      }),
  );
}

interface Truth {
  readonly coco: readonly {
    readonly file: string;
    readonly width: number;
    readonly boxes: readonly { readonly label: string }[];
  }[];
}

/** What a photo has most of. */
function subjectOf(labels: readonly string[]): Subject {
  const share = (of: readonly string[]) => labels.filter((label) => of.includes(label)).length / labels.length;
  if (share(VEHICLES) >= 0.5) return 'vehicles';
  return share(['person']) >= LEAST_PEOPLE ? 'people' : 'others';
}

/** YOLOX-nano, as a package of its own. */
export async function loadDetector(): Promise<Model> {
  const weights = await readFile(join(DATA, 'models', 'yolox_nano.onnx'));
  const labels = JSON.parse(await readFile(join(DATA, 'coco80.json'), 'utf8'));
  const manifest = JSON.parse(await readFile(join(ROOT, 'models/counter-nano/model.json'), 'utf8'));
  const sha256 = createHash('sha256').update(weights).digest('hex');
  const { bounds } = manifest.thresholds;
  const thresholds = { confidence: 0.3, perLabel: {}, iou: 0.45, bounds };
  const folder = await mkdtemp(join(tmpdir(), 'drift-'));
  try {
    await writeFile(join(folder, 'model.onnx'), weights);
    const changes = { name: 'yolox-nano', labels, thresholds, sha256, nms: 'per-class' };
    await writeFile(join(folder, 'model.json'), JSON.stringify({ ...manifest, ...changes }));
    return await loadModel(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
