/** Makes labelled pictures golden pictures of a model package. */

import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { detect } from '../../functions/detection/detect.ts';
import { readGolden } from '../../functions/detection/golden.ts';
import { loadModel } from '../../functions/detection/model.ts';
import { compare } from '../../functions/judge/agreement.ts';
import { writeExpected } from '../model/package/golden.ts';
import { type CorrectedPicture, LabelFileError, type LabelSet } from './formats/format.ts';
import { IMAGES } from './pictures-file.ts';

/**
 * Adds pictures with the detections that the package has in them now. Each must agree with the labels: a golden
 * picture says what the package has to find, so one in which it errs would keep the error.
 * @param names of the pictures' files, or their ids
 * @param folder of the package
 * @throws LabelFileError with every picture that is not known or not answered right; ModelPackageError
 */
export async function addGolden(
  folder: string,
  exported: string,
  { set, pictures }: { readonly set: LabelSet; readonly pictures: readonly CorrectedPicture[] },
  names: readonly string[],
): Promise<readonly string[]> {
  const model = await loadModel(folder);
  const expected = Object.fromEntries(
    (await readGolden(folder)).map(({ picture, detections }) => [picture, [...detections]]),
  );
  const faults: string[] = [];
  const added: string[] = [];
  for (const name of names) {
    const known = set.pictures.find(({ id, file }) => id === name || file === name);
    const labelled = pictures.find(({ id }) => id === known?.id);
    if (!known || !labelled) {
      faults.push(`--golden: Expected the file name or the id of a labelled picture, received ${name}`);
      continue;
    }
    const { detections } = await detect(model, await readFile(join(exported, IMAGES, known.file)), { annotate: false });
    const { missed, extra } = compare(
      labelled.boxes.map(({ label, box }) => ({ label, box, confidence: 1 })),
      detections.filter(({ label }) => set.labels.includes(label)),
    );
    if (missed.length + extra.length > 0) {
      const received = `an answer with ${missed.length} missed and ${extra.length} extra objects`;
      faults.push(
        `${known.file}: Expected a picture that ${model.manifest.name} answers as labelled, received ${received}`,
      );
    } else {
      expected[known.file] = detections;
      added.push(known.file);
    }
  }
  if (faults.length > 0) throw new LabelFileError(folder, faults);
  for (const file of added) await copyFile(join(exported, IMAGES, file), join(folder, 'golden', file));
  await writeExpected(folder, expected);
  return added;
}
