/** `pictures.json` of an export, for what formats have no place: why each picture, and what each version found. */

import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import * as z from 'zod';
import { detectionSchema } from '../../functions/api/schemas.ts';
import { Faults } from './formats/faults.ts';
import { LabelFileError, type LabelSet } from './formats/format.ts';
import { FORMAT_NAMES } from './formats/formats.ts';
import { parsedJson } from './formats/json-file.ts';
import { preLabelsOf } from './pre-labels.ts';

/** Name of the file in an export. */
export const PICTURES_FILE = 'pictures.json';
/** Folder of the pictures in an export. */
export const IMAGES = 'images';

const part = z.number().min(0).max(1);

const pictureSchema = z.object({
  id: z.string(),
  file: z.string(),
  width: z.int().positive(),
  height: z.int().positive(),
  created_at: z.iso.datetime(),
  chosen_by: z.enum(['random', 'value']),
  value: z.number(),
  reasons: z.object({ disagreement: part, margin: part, overruled: part, drift: part }),
  answers: z.array(z.object({ version: z.string(), detections: z.array(detectionSchema) })),
});

const exportSchema = z.object({
  endpoint: z.string(),
  format: z.enum(FORMAT_NAMES),
  exported_at: z.iso.datetime(),
  seed: z.int(),
  labels: z.array(z.string()),
  /** Labels that the endpoint counts. Absent: all. */
  counted_labels: z.array(z.string()).exactOptional(),
  pictures: z.array(pictureSchema),
});

/** The content of the file. */
export type Exported = z.infer<typeof exportSchema>;
export type ExportedPicture = z.infer<typeof pictureSchema>;

/** @throws LabelFileError */
export async function readExported(folder: string): Promise<Exported> {
  const path = join(folder, PICTURES_FILE);
  const text = await readFile(path, 'utf8').catch(() => {
    throw new LabelFileError(path, [
      `Expected ${PICTURES_FILE} of the export, received none: name the exported folder with --pictures`,
    ]);
  });
  return new Faults(path).parsed(exportSchema, parsedJson({ path, text }));
}

/** What the formats write and read. @param folder of the export */
export function labelSetOf({ endpoint, labels, pictures }: Omit<Exported, 'format'>, folder: string): LabelSet {
  return {
    endpoint,
    folder: basename(resolve(folder)),
    labels,
    pictures: pictures.map(({ id, file, width, height, answers: all }) => {
      const answers = all.map(({ version, detections }) => {
        return { version, detections: detections.filter(({ label }) => labels.includes(label)) };
      });
      return { id, file, width, height, answers, preLabels: preLabelsOf(answers) };
    }),
  };
}
