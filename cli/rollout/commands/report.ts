/** `rollout report`: one page about one version's rollout. */

import { resolve } from 'node:path';
import { counted } from '../../../functions/plan/counted.ts';
import type { ComparisonRecord } from '../../../functions/records/comparison.ts';
import type { LabelledRecord } from '../../../functions/records/labelled-record.ts';
import { readData } from '../../../functions/rollout-report/data.ts';
import { readDecisions } from '../../../functions/rollout-report/decisions.ts';
import { shownPictures, worstDisagreements } from '../../../functions/rollout-report/disagreements.ts';
import type { Picture } from '../../../functions/rollout-report/gallery.ts';
import { labelledKey } from '../../../functions/rollout-report/labelled-section.ts';
import { reportPage } from '../../../functions/rollout-report/page.ts';
import { read } from '../../../functions/standing/reading.ts';
import { standingOf } from '../../../functions/standing/standing.ts';
import { checkOutputFile, writeOutputFile } from '../../terminal/output-file.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { DeployedEndpoint } from '../deployed-endpoint.ts';
import { driftedOf } from '../drifted.ts';
import { OrderRefusedError } from '../errors.ts';
import { fileSurroundings } from '../report-file.ts';
import { thumbnailOf } from '../thumbnail.ts';
import { publishedVersions } from '../versions.ts';

export interface ReportOptions {
  /** Default: the version that is or was rolled out last. */
  readonly version?: string;
  /** Where to write the page; default `rollout-{endpoint}-v{version}.html`. */
  readonly out?: string;
  readonly json?: boolean;
}

/** Writes the page and prints its path. @throws OrderRefusedError where there is nothing to report; OutputFileError */
export async function reportCommand(
  deployed: DeployedEndpoint,
  options: ReportOptions,
  terminal: Terminal,
): Promise<void> {
  const version = options.version ?? (await lastVersion(deployed));
  const data = /^\d+$/.test(version) ? await readData(deployed, version) : undefined;
  if (!data) throw await noRecords(deployed, version);
  const file = resolve(options.out ?? `rollout-${deployed.endpoint}-v${version}.html`);
  await checkOutputFile(file, '--out');
  const disagreements = worstDisagreements(data.comparisons, data);
  const content = {
    ...data,
    disagreements,
    pictures: new Map([
      ...(await thumbnails(deployed, shownPictures(disagreements, data.toJudge))),
      ...(await labelledThumbnails(deployed, data.labelled)),
    ]),
    decisions: await readDecisions(deployed, disagreements),
    now: new Date(),
    ...(data.driftReport && { drifted: await driftedOf(deployed, data.driftReport) }),
  };
  const page = reportPage(content, fileSurroundings(deployed));
  await writeOutputFile(file, page, '--out');
  const facts = {
    file,
    version,
    ticks: data.audits.length,
    pictures: data.comparisons.length,
    shown: disagreements.length,
    bytes: Buffer.byteLength(page),
  };
  if (options.json) return terminal.print(JSON.stringify(facts, null, 2));
  const megabytes = (facts.bytes / 1e6).toFixed(1);
  const pictures = `${counted(facts.pictures, 'pictures')} compared, ${facts.shown} shown`;
  terminal.print(`${file}: version ${version}, ${counted(facts.ticks, 'ticks')}, ${pictures} (${megabytes} MB)`);
}

/** One at a time: pictures can be big. */
async function thumbnails(
  { objects }: DeployedEndpoint,
  records: readonly ComparisonRecord[],
): Promise<ReadonlyMap<string, Picture>> {
  const made = new Map<string, Picture>();
  for (const record of records) {
    const thumbnail = await thumbnailOf(objects, record.input, record.input_version);
    if (thumbnail) made.set(record.id, thumbnail);
  }
  return made;
}

async function labelledThumbnails({ objects }: DeployedEndpoint, labelled: LabelledRecord | undefined) {
  const made = new Map<string, Picture>();
  for (const photo of labelled?.different ?? []) {
    const key = labelledKey(labelled as LabelledRecord, photo);
    const thumbnail = await thumbnailOf(objects, key);
    if (thumbnail) made.set(key, thumbnail);
  }
  return made;
}

async function lastVersion(deployed: DeployedEndpoint): Promise<string> {
  const { rollout } = standingOf(await read(deployed));
  if (rollout) return rollout.version;
  throw new OrderRefusedError(`Expected a rollout of ${deployed.endpoint} to report, received none`);
}

/** Records outlive a version that was deleted, so its report needs the records alone. */
async function noRecords(deployed: DeployedEndpoint, version: string): Promise<OrderRefusedError> {
  const versions = await publishedVersions(deployed);
  return new OrderRefusedError(
    versions.includes(version)
      ? `Expected records of a rollout of version ${version} of ${deployed.endpoint}, received none`
      : `Expected a published version of ${deployed.endpoint} for --version (${versions.join(', ')}), ` +
          `received ${version}`,
  );
}
