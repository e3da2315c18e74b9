/** Class names in the `config.json` of a repository of the Hub. */

import * as z from 'zod';
import { readHubJson } from './hub-json.ts';

/** Digits only, because `Number` reads an empty text as 0, and `0x1` as 1. */
const classId = z.string().max(20).regex(/^\d+$/);
const schema = z.object({ id2label: z.record(classId, z.string().max(300)).nullish() });

/** Most classes: Objects365 has 365, LVIS 1,203, Open Images 601. */
const MOST_CLASSES = 10_000;

/** Names of transformers where a model has none: `LABEL_0`. */
const PLACEHOLDER = /^LABEL_\d+$/;

/** COCO's ids without a class have this name in models of the DETR family. */
const UNUSED = 'N/A';

/**
 * The names of `id2label`, in order. Unused ids get a name of their own, because a manifest's labels differ.
 * @returns `undefined` where the file has no names; a text where they cannot be used: what was received
 */
export function namesOfConfig(text: string): readonly string[] | string | undefined {
  const { data, fault } = readHubJson(text, schema);
  if (fault !== undefined) return fault;
  const entries = Object.entries(data.id2label ?? {}).map(([id, name]) => [Number(id), name.trim()] as const);
  if (entries.length === 0 || entries.every(([, name]) => PLACEHOLDER.test(name))) return undefined;
  if (entries.length > MOST_CLASSES) return `${entries.length} names`;
  const sorted = entries.toSorted(([a], [b]) => a - b);
  const gap = sorted.findIndex(([id], index) => id !== index);
  if (gap >= 0) return `no name for ${gap}`;
  const names = sorted.map(([id, name]) => (name === UNUSED ? `unused-${id}` : name));
  const repeated = names.find((name, index) => name === '' || names.indexOf(name) !== index);
  return repeated === undefined ? names : `the name "${repeated}" ${repeated === '' ? 'for a class' : 'twice'}`;
}
