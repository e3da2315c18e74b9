import { basename } from 'node:path';
import type { ModelFacts } from '../identify/facts.ts';
import type { InspectOptions } from '../identify/inspect.ts';
import { LABEL_SETS, readLabels } from '../identify/labels.ts';
import type { Hints } from '../identify/propose.ts';
import type { AddOptions, Making } from './add-options.ts';
import type { PackageFacts } from './manifest.ts';
import type { Inspected } from './resize.ts';
import type { Source } from './source.ts';

/** The caller's size, or the catalog's for a model without a fixed size. */
export function sizeOf({ entry }: Source, { size }: AddOptions): InspectOptions {
  if (size) return { size, sizeRequired: true };
  return entry?.anySize ? { size: { width: entry.side, height: entry.side } } : {};
}

/** Properties from the caller or the catalog; those of the caller take precedence. */
export async function hintsOf({ entry }: Source, { family, labels, input, boxes, rows }: AddOptions): Promise<Hints> {
  const names = labels === undefined ? undefined : await readLabels(labels);
  const chosen = family ?? entry?.family;
  const known = names ?? (entry ? LABEL_SETS[entry.labels] : undefined);
  const format = { ...(boxes && { boxes }), ...(rows && { rows }) };
  return { input, ...(chosen && { family: chosen }), ...(known && { labels: known }), ...format };
}

/** The parts of the manifest that do not depend on the outputs. */
export function packageFacts(
  facts: ModelFacts,
  { source, name, sha256 }: Making,
  options: AddOptions,
  { resized }: Pick<Inspected, 'resized'> = {},
): PackageFacts {
  const { confidence, iou, nms, packageVersion: version } = options;
  return {
    name,
    version,
    sha256: resized?.sha256 ?? sha256,
    licence: licenceOf(facts, source, options),
    provenance: [
      source.entry ? `${source.entry.title} (${source.entry.source}), from ${originOf(source)}` : originOf(source),
      ...(resized ? [`declared input size rewritten, SHA-256 before ${sha256}`] : []),
    ].join('; '),
    ...(confidence !== undefined && { confidence }),
    ...(iou !== undefined && { iou }),
    ...(nms !== undefined && { nms }),
  };
}

/** SPDX's term for an unknown licence. */
export const UNKNOWN_LICENCE = 'NOASSERTION';

/** The caller's licence, otherwise the catalog's, otherwise the one in the file's metadata. */
export function licenceOf({ file }: ModelFacts, { entry }: Source, { licence }: AddOptions): string {
  const stated = /^[A-Za-z0-9.+-]+/.exec(file.metadata.license ?? '')?.[0];
  return licence ?? entry?.licence ?? stated ?? UNKNOWN_LICENCE;
}

/** The address, or the file's name without its folder, because a path can identify its user. */
export function originOf(source: Source): string {
  return source.kind === 'file' ? basename(source.path) : source.url.href;
}
