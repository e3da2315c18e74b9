import { basename } from 'node:path';
import type { ModelFacts } from '../identify/facts.ts';
import type { InspectOptions } from '../identify/inspect.ts';
import { LABEL_SETS, readLabels } from '../identify/labels.ts';
import type { Hints } from '../identify/propose.ts';
import type { AddOptions, Making } from './add-options.ts';
import type { PackageFacts } from './manifest.ts';
import type { Source } from './source.ts';

/** The caller's size, or the catalog's for a model that takes any. */
export function sizeOf({ entry }: Source, { size }: AddOptions): InspectOptions {
  if (size) return { size };
  return entry?.anySize ? { size: { width: entry.side, height: entry.side } } : {};
}

/** What the caller and the catalog know better than the file; the caller goes first. */
export async function hintsOf({ entry }: Source, { family, labels, input, boxes }: AddOptions): Promise<Hints> {
  const names = labels === undefined ? undefined : await readLabels(labels);
  const chosen = family ?? entry?.family;
  const known = names ?? (entry ? LABEL_SETS[entry.labels] : undefined);
  return { input, ...(chosen && { family: chosen }), ...(known && { labels: known }), ...(boxes && { boxes }) };
}

/** The parts of the manifest that no output tells. */
export function packageFacts(facts: ModelFacts, { source, name, sha256 }: Making, options: AddOptions): PackageFacts {
  const { confidence, iou, nms, packageVersion: version } = options;
  return {
    name,
    version,
    sha256,
    licence: licenceOf(facts, source, options),
    provenance: source.entry
      ? `${source.entry.title} (${source.entry.source}), from ${originOf(source)}`
      : originOf(source),
    ...(confidence !== undefined && { confidence }),
    ...(iou !== undefined && { iou }),
    ...(nms !== undefined && { nms }),
  };
}

/** SPDX's word for "nobody said": better than a guess. */
export const UNKNOWN_LICENCE = 'NOASSERTION';

/** The caller's, else the catalog's, else the file's own. */
export function licenceOf({ file }: ModelFacts, { entry }: Source, { licence }: AddOptions): string {
  const stated = /^[A-Za-z0-9.+-]+/.exec(file.metadata.license ?? '')?.[0];
  return licence ?? entry?.licence ?? stated ?? UNKNOWN_LICENCE;
}

/** The address, or the file's name: where it lay on this machine is nobody's business. */
export function originOf(source: Source): string {
  return source.kind === 'file' ? basename(source.path) : source.url.href;
}
