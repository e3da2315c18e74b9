/** Writes the contact sheet of a job into a file that loads nothing else. */

import { BATCH_KEYS, type BatchLine } from '../../../functions/batch-contract.ts';
import { pageHead } from '../../rollout/report-file.ts';
import { thumbnailOf } from '../../rollout/thumbnail.ts';
import { writeOutputFile } from '../../terminal/output-file.ts';
import type { BatchResult } from '../compare/stored-answer.ts';
import type { DeployedBatch } from '../deployed-batch.ts';
import type { JobReading } from '../job.ts';
import type { JobReport } from '../job-report.ts';
import { findPicture } from '../source-picture.ts';
import type { SheetSection } from './choice.ts';
import { type SheetPicture, sheetPage } from './page.ts';

/** The results of a job for its sheet. */
export interface SheetOf {
  readonly reading: JobReading;
  readonly report: JobReport;
  readonly sections: readonly SheetSection[];
}

/** @throws errors of S3; OutputFileError */
export async function writeSheet(
  deployed: DeployedBatch,
  { reading, report, sections }: SheetOf,
  file: string,
): Promise<void> {
  const { bucket, key } = reading.job;
  const pictures = new Map<string, SheetPicture>();
  // One at a time: pictures can be big.
  for (const line of sections.flatMap(({ lines }) => lines)) {
    if (!pictures.has(line.id)) pictures.set(line.id, await pictureOf(deployed, reading, line));
  }
  const about = { endpoint: deployed.endpoint, from: `s3://${bucket}/${key}`, now: new Date(), head: pageHead() };
  await writeOutputFile(file, sheetPage({ ...about, report, sections, pictures }), '--sheet');
}

async function pictureOf(
  deployed: DeployedBatch,
  { job: { version } }: JobReading,
  { id }: BatchLine,
): Promise<SheetPicture> {
  const { objects, endpoint, functionName } = deployed;
  const folder = BATCH_KEYS.ofVersion({ endpoint, functionName }, version);
  const result = (await objects.findJson(BATCH_KEYS.result(folder, id))) as BatchResult | undefined;
  const place = result && (await findPicture(deployed, result.source));
  return { result, picture: place && (await thumbnailOf(place.objects, place.key, place.versionId)) };
}
