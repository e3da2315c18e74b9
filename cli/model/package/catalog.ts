import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FAMILIES } from '../../../functions/detection/decoders/families.ts';
import { MODELS } from '../files/package-folder.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits');

/** A file with exactly these bytes is this model. */
const fileSchema = z.strictObject({
  url: z.url({ protocol: /^https$/ }).optional(),
  sha256: sha256.optional(),
  bytes: z.int().positive().optional(),
  /** What is known about the file: where the checksum is from, or that nobody could check it. */
  note: z.string(),
  /** Whether this project ran exactly these bytes on the golden pictures. */
  checked: z.boolean(),
});

const entrySchema = z.strictObject({
  title: z.string(),
  family: z.enum(FAMILIES),
  /** SPDX expression of the weights' licence. */
  licence: z.string(),
  /** The project that trained it. */
  source: z.url(),
  /** The name of a set of labels, see `LABEL_SETS`. */
  labels: z.enum(['coco-80', 'coco-90', 'coco-91']),
  /** Square input side, pixels. */
  side: z.int().positive(),
  /** Whether the input takes any size; `side` is then what it was trained with. */
  anySize: z.boolean().default(false),
  published: z.strictObject({
    /** COCO AP50-95 in per cent. */
    ap: z.number(),
    data: z.string(),
    /** Where the number is stated. */
    source: z.url(),
  }),
  /** The first one is fetched; files of the others are taken too. */
  files: z.array(fileSchema).min(1),
});

/** `models/catalog.json`: permissive detectors by name. */
const catalogSchema = z.record(z.string().regex(/^[a-z0-9][a-z0-9.-]*$/), entrySchema);

export type CatalogEntry = z.infer<typeof entrySchema>;
export type Catalog = z.infer<typeof catalogSchema>;

/** The catalog of this repository. @throws ZodError where it breaks its schema */
export async function readCatalog(path = join(MODELS, 'catalog.json')): Promise<Catalog> {
  return catalogSchema.parse(JSON.parse(await readFile(path, 'utf8')));
}
