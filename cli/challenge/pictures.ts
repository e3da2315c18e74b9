/** The labelled pictures of a comparison. */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PhotoTruth } from '../../functions/truth/photos.ts';
import { readTruth } from '../../functions/truth/truth-file.ts';

/** A picture with the number of objects of the endpoint's labels. */
export interface LabelledPicture {
  readonly path: string;
  readonly count: number;
  /** SHA-256 of its bytes. */
  readonly content: string;
  readonly truth: PhotoTruth;
}

/** The pictures to compare, and how many are left out. */
export interface Labelled {
  readonly pictures: readonly LabelledPicture[];
  /** Pictures whose truth has no count of every label. */
  readonly uncounted: number;
  /** Pictures with the same bytes as another one. */
  readonly repeated: number;
}

/** Labels that cannot be used for a comparison. */
export class LabelsError extends Error {
  override readonly name = 'LabelsError';
}

/** Where the labelled pictures are: the options of `model eval`. */
export interface LabelledFolder {
  readonly photos: string;
  readonly truth: string;
}

/**
 * Reads a labelled folder. Pictures with equal bytes count once, because a repetition proves nothing new.
 * @param labels of the endpoint; their counts are added up
 * @throws TruthError, LabelsError
 */
export async function readLabelled({ photos, truth }: LabelledFolder, labels: readonly string[]): Promise<Labelled> {
  const truths = await readTruth(truth);
  const missing = truths.filter(({ file }) => !existsSync(join(photos, file))).map(({ file }) => file);
  if (missing.length > 0) {
    const shown = missing.slice(0, 5).join(', ');
    throw new LabelsError(
      `Expected the ${truths.length} photos of ${truth} in ${photos}; ${missing.length} are missing: ${shown}`,
    );
  }
  const counted = truths.flatMap((photo) => {
    const count = countOf(photo, labels);
    return count === undefined ? [] : [{ path: join(photos, photo.file), count, truth: photo }];
  });
  if (counted.length === 0)
    throw new LabelsError(`Expected photos with counts of ${labels.join(', ')} in ${truth}, received none`);
  const pictures = await different(counted);
  return {
    pictures,
    uncounted: truths.length - counted.length,
    repeated: counted.length - pictures.length,
  };
}

function countOf({ counts }: PhotoTruth, labels: readonly string[]): number | undefined {
  return labels.reduce<number | undefined>((sum, label) => {
    const count = counts[label];
    return sum === undefined || count === undefined ? undefined : sum + count;
  }, 0);
}

async function different(pictures: readonly Omit<LabelledPicture, 'content'>[]): Promise<LabelledPicture[]> {
  const seen = new Map<string, LabelledPicture>();
  for (const picture of pictures) {
    const content = createHash('sha256')
      .update(await readFile(picture.path))
      .digest('hex');
    if (!seen.has(content)) seen.set(content, { ...picture, content });
  }
  return [...seen.values()];
}
