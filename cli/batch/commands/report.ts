/** `batch report`. */

import { resolve } from 'node:path';
import { checkOutputFile } from '../../terminal/output-file.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { DeployedBatch } from '../deployed-batch.ts';
import { readJob } from '../job.ts';
import { reportJob } from '../job-report.ts';
import { SheetChoice } from '../sheet/choice.ts';
import { writeSheet } from '../sheet/write-sheet.ts';
import { reportInWords } from '../words.ts';

export interface ReportOptions {
  readonly job?: string;
  /** A file for the contact sheet. Default: none. */
  readonly sheet?: string;
  readonly json?: boolean;
}

/** @throws BatchRefusedError where the job has not ended; OutputFileError */
export async function reportCommand(
  deployed: DeployedBatch,
  { job, sheet, json = false }: ReportOptions,
  terminal: Terminal,
): Promise<void> {
  const file = sheet === undefined ? undefined : resolve(sheet);
  if (file !== undefined) await checkOutputFile(file, '--sheet');
  const reading = await readJob(deployed, job);
  const choice = new SheetChoice();
  const report = await reportJob(deployed.objects, reading, (line) => choice.add(line));
  if (file !== undefined) await writeSheet(deployed, { reading, report, sections: choice.sections }, file);
  if (json) return terminal.print(JSON.stringify({ ...report, ...(file !== undefined && { sheet: file }) }));
  terminal.print(reportInWords(report));
  if (file !== undefined) terminal.print(`Contact sheet: ${file}`);
}
