import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { FAMILIES } from '../../../functions/detection/decoders/families.ts';
import { MODELS } from '../files/package-folder.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'Expected 64 lower-case hex digits');

/** A published file of the model. */
const fileSchema = z.strictObject({
  url: z.url({ protocol: /^https$/ }).optional(),
  sha256: sha256.optional(),
  bytes: z.int().positive().optional(),
  /** Source of the checksum, or why there is none. */
  note: z.string(),
  /** Whether this project ran these bytes on the golden pictures. */
  checked: z.boolean(),
});

const fieldsSchema = z.strictObject({
  title: z.string(),
  family: z.enum(FAMILIES),
  /** Licence of the weights, an SPDX expression. */
  licence: z.string(),
  /** Address of the project that trained it. */
  source: z.url(),
  /** A key of `LABEL_SETS`. */
  labels: z.enum(['coco-80', 'coco-90', 'coco-91']),
  /** Square input side, pixels. */
  side: z.int().positive(),
  /** Whether the input has no fixed size; `side` is then the side of its training. */
  anySize: z.boolean().default(false),
  published: z.strictObject({
    /** COCO AP50-95 in percent. */
    ap: z.number(),
    data: z.string(),
    /** Address of the page with this number. */
    source: z.url(),
  }),
  /** How to make the file, in the words of the project that trained it. */
  export: z.string().optional(),
  /** `model add` downloads the first one and accepts the others. */
  files: z.array(fileSchema).min(1),
});

const entrySchema = fieldsSchema.refine(
  ({ files: [first], export: made }) => first?.url !== undefined || made !== undefined,
  'expected an address for the first file, or how to export it',
);

/** `models/catalog.json`: permissive detectors by name. */
const catalogSchema = z.record(z.string().regex(/^[a-z0-9][a-z0-9.-]*$/), entrySchema);

export type CatalogEntry = z.infer<typeof entrySchema>;
export type Catalog = z.infer<typeof catalogSchema>;

/** The catalog of this repository. @throws ZodError for a file that violates the schema */
export async function readCatalog(path = join(MODELS, 'catalog.json')): Promise<Catalog> {
  return catalogSchema.parse(JSON.parse(await readFile(path, 'utf8')));
}
