/** `batch start`: counts the pictures, measures the version, forecasts, asks, starts. */

import { commandLine } from '../../rollout/command-line.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { type DeployedBatch, pinVersion } from '../deployed-batch.ts';
import { ask, countSource, type JobOptions, planJob, plannedInWords, startJob } from '../new-job.ts';
import { sourceOf } from '../source.ts';

export interface StartOptions extends JobOptions {
  readonly from?: string;
  readonly manifest?: string;
  /** A published version, `live` or `candidate`. */
  readonly version: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** @throws BatchRefusedError */
export async function startCommand(deployed: DeployedBatch, options: StartOptions, terminal: Terminal): Promise<void> {
  const source = sourceOf(options);
  const pinned = await pinVersion(deployed, options.version);
  const counted = await countSource(deployed, source, options);
  const planned = await planJob(deployed, pinned, { source, counted, options });
  const words = plannedInWords(planned);
  if (options.json) terminal.note(words);
  else terminal.print(words);
  if (!options.yes) await ask('Start it?');
  const { job, version } = await startJob(deployed, planned);
  const { endpoint } = deployed;
  const watch = commandLine('batch', `watch ${endpoint} --job ${job}`, deployed.given);
  const started = `Started ${job}: follow it with ${watch}`;
  terminal.print(options.json ? JSON.stringify({ endpoint, job, version, forecast: planned.expected }) : started);
}
