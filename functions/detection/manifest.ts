import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as z from 'zod';
import { DECODERS } from './decoders/decoders.ts';
import { ModelPackageError } from './errors.ts';
import { describeIssue } from './manifest-issue.ts';
import { fieldsSchema, type Manifest } from './manifest-schema.ts';

export type { Manifest } from './manifest-schema.ts';

/** The fields that only one family has. */
const OF_ONE_FAMILY = [
  ['boxes', 'ssd'],
  ['rows', 'end-to-end'],
  ['transposed', 'yolov8'],
] as const;

/** `model.json` of a model package: its fields, and the rules between them. */
export const manifestSchema = fieldsSchema
  .superRefine(
    ({ thresholds, labels }, context) => {
      for (const label of Object.keys(thresholds.perLabel).filter((each) => !labels.includes(each))) {
        const message = `expected one of the labels ${labels.join(', ')}`;
        context.addIssue({ code: 'custom', path: ['thresholds', 'perLabel', label], message, input: label });
      }
    },
    { when: valid('thresholds', 'labels') },
  )
  .superRefine(
    (manifest, context) => {
      for (const { path, message, input } of DECODERS[manifest.family].faults(manifest)) {
        context.addIssue({ code: 'custom', path: [...path], message, input });
      }
    },
    { when: valid('family', 'input', 'outputs') },
  )
  .superRefine(
    ({ rows, labels }, context) => {
      if (!rows || rows.columns.includes('class') || labels.length === 1) return;
      const message = 'expected one label, because rows have no class';
      context.addIssue({ code: 'custom', path: ['labels'], message, input: labels });
    },
    { when: valid('rows', 'labels') },
  )
  .superRefine(
    ({ input: { type, scale, mean, std } }, context) => {
      if (type !== 'uint8' || ([scale, ...std].every((each) => each === 1) && mean.every((each) => each === 0))) return;
      const message = 'expected scale 1, mean 0 and std 1, because uint8 takes pixels unchanged';
      context.addIssue({ code: 'custom', path: ['input'], message, input: { scale, mean, std } });
    },
    { when: valid('input') },
  )
  .superRefine(
    (manifest, context) => {
      for (const [field, family] of OF_ONE_FAMILY) {
        const input = manifest[field];
        if (input === undefined || manifest.family === family) continue;
        const message = `expected no value for ${manifest.family}`;
        context.addIssue({ code: 'custom', path: [field], message, input });
      }
    },
    { when: valid('family') },
  );

/** Runs a check whenever its own parts are valid, so that all faults are reported together. */
function valid(...parts: readonly string[]) {
  return ({ value, issues }: z.core.ParsePayload) =>
    parts.every((part) => Object.hasOwn(Object(value), part)) &&
    !issues.some(({ path }) => parts.includes(String(path?.[0])));
}

/**
 * Reads and checks `model.json` only; `loadModel` also reads `model.onnx`.
 * @param folder the model package's folder
 * @throws ModelPackageError with every fault: its path, the expected and the received value
 */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, 'model.json'), 'utf8').catch((cause: Error) => {
    throw new ModelPackageError(folder, [`model.json: expected a readable file, received ${cause.message}`], { cause });
  });
  return checkManifest(folder, parseJson(folder, text));
}

function parseJson(folder: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ModelPackageError(folder, [`model.json: expected JSON, received ${(cause as Error).message}`], { cause });
  }
}

function checkManifest(folder: string, manifest: unknown): Manifest {
  const result = manifestSchema.safeParse(manifest, { reportInput: true });
  if (result.success) return result.data;
  throw new ModelPackageError(folder, result.error.issues.map(describeIssue));
}
