/** The setting `labelled` of an endpoint: schema, faults, and the photos that a pull request is measured on. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Fault } from '../functions/plan/fault.ts';
import type { CheckedPlan } from '../functions/plan/plan-schema.ts';
import { LEAST_PHOTOS, type PhotoTruth } from '../functions/truth/photos.ts';
import { TruthError } from '../functions/truth/truth-file.ts';
import { oneLine, type SetOwner, truthIn } from './labelled-folder.ts';

/** Labelled photos in a folder. */
export interface LabelledPhotos {
  /** Folder of the photos and the truth, relative to the working directory. Required. */
  readonly folder: string;
  /** Name of the file with the truth in that folder, in a format of docs/evaluation.md. Default `truth.json`. */
  readonly truth?: string;
}

/** The setting as it is declared. */
export const labelledSchema = z.strictObject(
  {
    folder: z.string('Expected the path of a folder').min(1, 'Expected the path of a folder'),
    truth: z.string('Expected a file name').min(1, 'Expected a file name').default('truth.json'),
  },
  "Expected { folder: '…' }",
);

/** The photos of an endpoint. */
export interface ResolvedLabelled {
  /** The photos on which a pull request is compared with the version before. Absent: none. */
  readonly labelled?: Required<LabelledPhotos>;
}

/** What the faults of the setting depend on. */
export interface LabelledOwner extends SetOwner {
  readonly labelled?: Required<LabelledPhotos>;
  readonly answeredBy?: 'model' | 'human';
  /** Absent: the plan is invalid, so that nothing is known of it. */
  readonly plan?: CheckedPlan;
}

/** Faults that the schema does not find: no effect, no readable truth, missing photos, too few of them. */
export function labelledFaults(owner: LabelledOwner, path: string): Fault[] {
  const { labelled, answeredBy, plan = [] } = owner;
  if (!labelled) return [];
  if (answeredBy === 'human') {
    const expected = 'Expected no value: an endpoint answered by a human runs no model';
    return [{ path, expected, value: labelled }];
  }
  const judged = photosOfPlan(plan);
  if (judged && isSame(judged, labelled)) {
    const expected = 'Expected other photos than those that judge the shadow, which are the default';
    return [{ path, expected, value: labelled }];
  }
  return folderFaults(labelled, `${path}.folder`, owner);
}

/** The photos of the setting; without it, those of the folder that judges a shadow. Absent: none. */
export function resolveLabelled({ labelled }: Pick<LabelledOwner, 'labelled'>, plan: CheckedPlan): ResolvedLabelled {
  const photos = labelled ?? photosOfPlan(plan);
  return { ...(photos && { labelled: photos }) };
}

function photosOfPlan(plan: CheckedPlan): Required<LabelledPhotos> | undefined {
  const sets = plan.flatMap((phase) => (phase.kind === 'shadow' && phase.judge === 'labels' ? [phase.labels] : []));
  return sets.flatMap(({ folder, truth }) => (folder === undefined ? [] : [{ folder, truth }]))[0];
}

function isSame(one: Required<LabelledPhotos>, other: Required<LabelledPhotos>): boolean {
  return one.folder === other.folder && one.truth === other.truth;
}

function folderFaults(labelled: Required<LabelledPhotos>, path: string, { labels, name }: SetOwner): Fault[] {
  const { folder } = labelled;
  try {
    const photos = truthIn(labelled, folder);
    const missing = photos.filter(({ file }) => !existsSync(join(folder, file))).map(({ file }) => file);
    return [
      ...(missing.length > 0
        ? [{ path, expected: `Expected every photo of ${labelled.truth} in the folder`, value: missing.slice(0, 3) }]
        : []),
      ...numberFaults(photos, labels, { path, name }),
    ];
  } catch (error) {
    if (!(error instanceof TruthError)) throw error;
    return [{ path, expected: `Expected a folder with a readable truth (${oneLine(error)})`, value: folder }];
  }
}

function numberFaults(
  photos: readonly PhotoTruth[],
  labels: readonly string[],
  { path, name }: { readonly path: string; readonly name: string },
): Fault[] {
  // Because the model is invalid, which is another fault.
  if (labels.length === 0) return [];
  const judged = new Set(photos.flatMap((photo) => [...photo.judged]));
  if (!labels.some((label) => judged.has(label)))
    return [{ path, expected: `Expected a truth with a label of ${name}: ${labels.join(', ')}`, value: [...judged] }];
  if (photos.length >= LEAST_PHOTOS) return [];
  return [{ path, expected: `Expected at least ${LEAST_PHOTOS} photos: fewer give no verdict`, value: photos.length }];
}
