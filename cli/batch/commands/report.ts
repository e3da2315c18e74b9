/** `batch report`. */

import type { Terminal } from '../../terminal/terminal.ts';
import type { DeployedBatch } from '../deployed-batch.ts';
import { readJob } from '../job.ts';
import { reportJob } from '../job-report.ts';
import { reportInWords } from '../words.ts';

/** @throws BatchRefusedError where the job has not ended */
export async function reportCommand(
  deployed: DeployedBatch,
  { job, json = false }: { readonly job?: string; readonly json?: boolean },
  terminal: Terminal,
): Promise<void> {
  const report = await reportJob(deployed.objects, await readJob(deployed, job));
  terminal.print(json ? JSON.stringify(report) : reportInWords(report));
}
