import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ModelPackageError } from './errors.ts';

const boxSchema = z.strictObject({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });

/** `golden/expected.json`: the model's detections at the manifest's thresholds, by picture. */
export const goldenSchema = z.record(
  // Names of pictures can have spaces, brackets and letters of any language, as cameras and messengers give them.
  z.string().regex(/^(?!\.{1,2}$)[^/\\\0]+$/, 'expected the name of a file beside expected.json'),
  z.array(z.strictObject({ label: z.string(), confidence: z.number(), box: boxSchema })),
);

/** One golden picture of a package. Boxes in pixels of the upright picture. */
export interface GoldenPicture {
  /** Name of the file in `golden/`. */
  readonly picture: string;
  readonly detections: readonly z.infer<typeof goldenSchema>[string][number][];
}

/**
 * The golden pictures of a model package, with the expected detections.
 * @param folder the package's folder with `golden/expected.json`
 * @throws ModelPackageError when the file is missing or does not match its schema
 */
export async function readGolden(folder: string): Promise<readonly GoldenPicture[]> {
  const path = 'golden/expected.json';
  const text = await readFile(join(folder, path), 'utf8').catch((cause: Error) => {
    throw new ModelPackageError(folder, [`${path}: expected a readable file, received ${cause.message}`], { cause });
  });
  const parsed = goldenSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new ModelPackageError(folder, [`${path}: ${z.prettifyError(parsed.error)}`]);
  return Object.entries(parsed.data).map(([picture, detections]) => ({ picture, detections }));
}

/** `undefined`, which the schema rejects, where the text is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
