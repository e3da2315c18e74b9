import { basename } from 'node:path';
import type { Preprocessing } from '../fetch/hub-preprocessing.ts';
import { type ModelFacts, UnsupportedModelError } from '../identify/facts.ts';
import type { InspectOptions } from '../identify/inspect.ts';
import { LABEL_SETS, readLabels } from '../identify/labels.ts';
import type { Hints } from '../identify/propose.ts';
import type { AddOptions, Making } from './add-options.ts';
import type { PackageFacts } from './manifest.ts';
import type { Inspected } from './resize.ts';
import type { Source } from './source.ts';

/** The caller's size; for a model without a fixed size the catalog's, or the one that its repository states. */
export function sizeOf(source: Source, { size }: AddOptions): InspectOptions {
  if (size) return { size, sizeRequired: true };
  const { entry } = source;
  if (entry?.anySize) return { size: { width: entry.side, height: entry.side } };
  const stated = preprocessingOf(source)?.size;
  return stated ? { size: stated } : {};
}

function preprocessingOf(source: Source): Preprocessing | undefined {
  return source.kind === 'hub' ? source.model.preprocessing?.value : undefined;
}

/**
 * Properties from the caller, the catalog, or the repository of the model, in this order.
 * @throws UnsupportedModelError for labels that cannot be read, and for a repository that resizes pictures in a way
 * that the pipeline does not have, unless the caller sets one
 */
export async function hintsOf(source: Source, { family, labels, input, boxes, rows }: AddOptions): Promise<Hints> {
  const { entry } = source;
  const names = labels === undefined ? undefined : await readLabels(labels);
  const chosen = family ?? entry?.family;
  const stated = source.kind === 'hub' ? source.model.labels?.value : undefined;
  const known = names ?? (entry ? LABEL_SETS[entry.labels] : stated);
  const format = { ...(boxes && { boxes }), ...(rows && { rows }) };
  const preprocessing = preprocessingOf(source);
  if (preprocessing?.otherResizing && !input.fit) throw otherResizing(source, preprocessing.otherResizing);
  const more = preprocessing && { stated: preprocessing.input };
  return { input, ...(chosen && { family: chosen }), ...(known && { labels: known }), ...format, ...more };
}

function otherResizing(source: Source, words: string): UnsupportedModelError {
  return new UnsupportedModelError(
    `Expected pictures of one size, received a model whose image processor ${words} (${originOf(source)}). The ` +
      'pipeline cannot do this. If the model works with another way, set it: --fit stretch (or top-left, centre) ' +
      'and, for a model of any size, --size 640x640; the golden pictures then check the boxes',
  );
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

/** The caller's licence, otherwise the catalog's, the model card's, the one in the file's metadata. */
export function licenceOf({ file }: ModelFacts, source: Source, { licence }: AddOptions): string {
  const stated = /^[A-Za-z0-9.+-]+/.exec(file.metadata.license ?? '')?.[0];
  const ofCard = source.kind === 'hub' ? source.model.licence : undefined;
  return licence ?? source.entry?.licence ?? ofCard ?? stated ?? UNKNOWN_LICENCE;
}

/** The address, or the file's name without its folder, because a path can identify its user. */
export function originOf(source: Source): string {
  if (source.kind === 'file') return basename(source.path);
  return source.kind === 'hub' ? source.model.address : source.url.href;
}
