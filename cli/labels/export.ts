/** Writes the chosen pictures of an endpoint as a folder for a labelling tool. */

import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Objects } from '../../functions/platform/objects.ts';
import { EXIT, ExitCodeError } from '../terminal/exit-codes.ts';
import { makeOutputFolder, writeOutputFile } from '../terminal/output-file.ts';
import { type Choice, type Chosen, choose } from './choose.ts';
import { FORMATS, type FormatName } from './formats/formats.ts';
import { jsonFile } from './formats/json-file.ts';
import { writePicture } from './picture-file.ts';
import { type Exported, type ExportedPicture, IMAGES, labelSetOf, PICTURES_FILE } from './pictures-file.ts';
import { NoChoiceError } from './read-pictures.ts';
import type { PictureToChoose } from './reasons.ts';

/** Pictures that are fetched at the same time. */
const CONCURRENCY = 8;

/** What is exported, and where to. */
export interface ExportOrder {
  readonly endpoint: string;
  readonly format: FormatName;
  /** Labels that the endpoint counts. Absent: all of its model. */
  readonly counted?: readonly string[];
  /** Labels to annotate besides. */
  readonly more: readonly string[];
  readonly choice: Choice;
  readonly folder: string;
  readonly now: Date;
}

/** The folder exists and has files. */
export class FolderInUseError extends ExitCodeError {
  readonly exitCode = EXIT.failed;
  override readonly name = 'FolderInUseError';
}

/**
 * Chooses pictures and writes the folder: pictures, the files of the format, and `pictures.json`.
 * @throws NoChoiceError, FolderInUseError, OutputFileError, StoreUnavailableError
 */
export async function exportPictures(
  objects: Pick<Objects, 'get'>,
  pictures: readonly PictureToChoose[],
  order: ExportOrder,
): Promise<Exported> {
  const { endpoint, format, choice, folder, now, counted, more } = order;
  await emptyFolder(folder);
  const fetched = await fetchChosen(objects, pictures, order);
  if (fetched.length === 0) {
    throw new NoChoiceError(
      `Expected recorded pictures of ${endpoint}, received none whose picture is stored: set capture for the endpoint`,
    );
  }
  const exported: Exported = {
    endpoint,
    format,
    exported_at: now.toISOString(),
    seed: choice.seed,
    labels: [...new Set([...(counted ?? foundLabels(fetched)), ...more])],
    ...(counted && { counted_labels: [...counted] }),
    pictures: fetched,
  };
  for (const { path, text } of [
    ...FORMATS[format].write(labelSetOf(exported, folder)),
    jsonFile(PICTURES_FILE, exported),
  ]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeOutputFile(join(folder, path), text, '--out');
  }
  return exported;
}

async function emptyFolder(folder: string): Promise<void> {
  await makeOutputFolder(folder, '--out');
  const files = await readdir(folder);
  if (files.length > 0) {
    throw new FolderInUseError(`Expected a new or empty folder, received ${folder}: name another one with --out`);
  }
  await makeOutputFolder(join(folder, IMAGES), '--out');
}

/** Chooses again without the pictures that were deleted, until all chosen ones are there. */
async function fetchChosen(
  objects: Pick<Objects, 'get'>,
  pictures: readonly PictureToChoose[],
  { choice, folder }: ExportOrder,
): Promise<ExportedPicture[]> {
  const files = new Map<string, string>();
  const missing = new Set<string>();
  for (;;) {
    const chosen = choose(
      pictures.filter(({ id }) => !missing.has(id)),
      choice,
    );
    const next = chosen.filter(({ picture: { id } }) => !files.has(id)).slice(0, CONCURRENCY);
    if (next.length === 0) {
      const kept = new Set(chosen.map(({ picture }) => picture.id));
      // A deleted picture can have changed the choice after another one was written.
      const others = [...files].filter(([id]) => !kept.has(id));
      await Promise.all(others.map(([, file]) => rm(join(folder, IMAGES, file))));
      return chosen.map((each) => exportedPicture(each, files.get(each.picture.id) as string));
    }
    const fetch = async ({ picture }: Chosen<PictureToChoose>) => {
      const file = await writePicture(objects, picture.recorded, join(folder, IMAGES));
      if (file === undefined) missing.add(picture.id);
      else files.set(picture.id, file);
    };
    await Promise.all(next.map(fetch));
  }
}

function exportedPicture({ picture, value, by }: Chosen<PictureToChoose>, file: string): ExportedPicture {
  const { id, created_at, image } = picture.recorded.result;
  const { width, height } = image;
  const answers = picture.answers.map(({ version, detections }) => ({ version, detections: [...detections] }));
  return { id, file, width, height, created_at, chosen_by: by, value, reasons: picture.reasons, answers };
}

function foundLabels(pictures: readonly ExportedPicture[]): string[] {
  const found = pictures.flatMap(({ answers }) => answers.flatMap(({ detections }) => detections));
  return [...new Set(found.map(({ label }) => label))].toSorted();
}
