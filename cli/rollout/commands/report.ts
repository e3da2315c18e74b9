/** `rollout report`: one page about one version's rollout. */

import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Refused } from '../faults.ts';
import type { Place } from '../place.ts';
import { read } from '../reading.ts';
import { readData } from '../report/data.ts';
import { worstDisagreements } from '../report/disagreements.ts';
import { reportPage } from '../report/page.ts';
import { type Thumbnail, thumbnailOf } from '../report/thumbnail.ts';
import { standingOf } from '../standing.ts';
import type { Terminal } from '../terminal.ts';
import { publishedVersions } from '../versions.ts';

export interface ReportOptions {
  /** Default: the version that is or was rolled out last. */
  readonly version?: string;
  /** Where to write the page; default `rollout-{endpoint}-v{version}.html`. */
  readonly out?: string;
  readonly json?: boolean;
}

/** Writes the page and tells where. @throws Refused where there is nothing to report */
export async function reportCommand(place: Place, options: ReportOptions, terminal: Terminal): Promise<void> {
  const version = options.version === undefined ? await lastVersion(place) : await known(place, options.version);
  const data = await readData(place, version);
  const disagreements = worstDisagreements(data.comparisons);
  const thumbnails = new Map<string, Thumbnail>();
  for (const { record } of disagreements) {
    const thumbnail = await thumbnailOf(place.objects, record.input);
    if (thumbnail) thumbnails.set(record.id, thumbnail);
  }
  const file = resolve(options.out ?? `rollout-${place.endpoint}-v${version}.html`);
  const page = reportPage({ ...data, disagreements, thumbnails, now: new Date() });
  await writeFile(file, page);
  const facts = {
    file,
    version,
    ticks: data.audits.length,
    pictures: data.comparisons.length,
    shown: disagreements.length,
    bytes: Buffer.byteLength(page),
  };
  if (options.json) return terminal.print(JSON.stringify(facts, null, 2));
  terminal.print(
    `${file}: version ${version}, ${facts.ticks} ticks, ${facts.pictures} compared pictures, the ${facts.shown} to look at first (${(facts.bytes / 1e6).toFixed(1)} MB)`,
  );
}

async function lastVersion(place: Place): Promise<string> {
  const { rollout } = standingOf(await read(place, { models: false }));
  if (rollout) return rollout.version;
  throw new Refused(`Expected a rollout of ${place.endpoint} to report, there was none`);
}

async function known(place: Place, version: string): Promise<string> {
  const versions = await publishedVersions(place);
  if (versions.includes(version)) return version;
  throw new Refused(
    `Expected a published version of ${place.endpoint} for --version (${versions.join(', ')}), received ${version}`,
  );
}
