/** The labels of people as truth, in COCO's format, beside the pictures of the export. */

import { join } from 'node:path';
import { parseTruth } from '../../functions/truth/truth-file.ts';
import { writeOutputFile } from '../terminal/output-file.ts';
import type { CorrectedPicture, LabelSet } from './formats/format.ts';
import { jsonFile } from './formats/json-file.ts';
import { type Exported, IMAGES } from './pictures-file.ts';

/** All labelled pictures. */
export const TRUTH_FILE = 'truth.json';
/** Those that were drawn at random: numbers about all pictures can be estimated from them. */
export const RANDOM_TRUTH_FILE = 'truth-random.json';

/** What was written. */
export interface TruthFiles {
  readonly pictures: number;
  /** Of these, drawn at random. */
  readonly random: number;
}

/** Writes both files into the exported folder. Names of pictures are relative to it. @throws OutputFileError */
export async function writeTruth(
  folder: string,
  set: LabelSet,
  { pictures }: Pick<Exported, 'pictures'>,
  corrected: readonly CorrectedPicture[],
): Promise<TruthFiles> {
  const drawn = new Set(pictures.flatMap(({ id, chosen_by }) => (chosen_by === 'random' ? [id] : [])));
  const random = corrected.filter(({ id }) => drawn.has(id));
  await writeOutputFile(join(folder, TRUTH_FILE), truthOf(set, corrected), '--pictures');
  if (random.length > 0) await writeOutputFile(join(folder, RANDOM_TRUTH_FILE), truthOf(set, random), '--pictures');
  return { pictures: corrected.length, random: random.length };
}

/** COCO's annotations of these pictures. */
export function truthOf({ labels, pictures }: LabelSet, corrected: readonly CorrectedPicture[]): string {
  const known = new Map(pictures.map((picture) => [picture.id, picture]));
  const images = corrected.flatMap(({ id }, index) => {
    const picture = known.get(id);
    if (!picture) return [];
    const { file, width, height } = picture;
    return [{ id: index + 1, file_name: `${IMAGES}/${file}`, width, height }];
  });
  const annotations = corrected
    .flatMap(({ boxes }, index) => boxes.map((each) => ({ image: index + 1, ...each })))
    .map(({ image, label, box: { x, y, width, height }, crowd }, index) => ({
      ...{ id: index + 1, image_id: image, category_id: labels.indexOf(label) + 1 },
      ...{ bbox: [x, y, width, height], area: width * height, iscrowd: crowd ? 1 : 0 },
    }));
  const categories = labels.map((name, index) => ({ id: index + 1, name }));
  const file = jsonFile(TRUTH_FILE, { images, annotations, categories });
  parseTruth(TRUTH_FILE, JSON.parse(file.text));
  return file.text;
}
