/**
 * The results of a map run as files: one manifest, and the children by their status.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */

import { AwsError } from '../protocol/aws-error.ts';
import type { MapBuckets } from './map-buckets.ts';
import type { Child, MapRun } from './map-run.ts';
import { StateFailedError } from './task-error.ts';

/** AWS documents that it writes several files, not from which size on. An assumption. */
const MOST_FILE_CHARACTERS = 8 * 1024 ** 2;

const FILES = ['SUCCEEDED', 'FAILED', 'PENDING'] as const;

/** Writes the files. Resolves with the key of the manifest. @throws StateFailedError `States.ResultWriterFailed` */
export async function writeResults(run: MapRun, children: readonly Child[], buckets: MapBuckets): Promise<string> {
  const { bucket, prefix } = run.writer;
  const folder = `${prefix.replace(/\/$/, '')}/${run.arn.split(':').at(-1)}`;
  const files: Record<string, { Key: string; Size: number }[]> = {};
  try {
    for (const name of FILES) {
      files[name] = [];
      for (const text of filesOf(
        children.filter((child) => fileOf(child) === name).map((each) => entryOf(run, each)),
      )) {
        const Key = `${folder}/${name}_${files[name].length}.json`;
        await buckets.put({ bucket, key: Key }, text);
        files[name].push({ Key, Size: Buffer.byteLength(text) });
      }
    }
    const manifest = { DestinationBucket: bucket, MapRunArn: run.arn, ResultFiles: files };
    await buckets.put({ bucket, key: `${folder}/manifest.json` }, JSON.stringify(manifest));
    return `${folder}/manifest.json`;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new StateFailedError('States.ResultWriterFailed', `${error.code}: ${error.message}`);
  }
}

/** `FAILED`: all children that began and did not succeed. */
function fileOf({ status }: Child): (typeof FILES)[number] {
  if (status === 'SUCCEEDED' || status === 'PENDING') return status;
  return 'FAILED';
}

function entryOf(run: MapRun, { name, status, input, output, error, cause, startedAt, stoppedAt }: Child): string {
  const machine = run.machineArn.replace(/$/, `/${run.label}`);
  return JSON.stringify({
    ExecutionArn: `${machine.replace(':stateMachine:', ':execution:')}:${name}`,
    Input: input,
    InputDetails: { Included: true },
    Name: name,
    ...(output !== undefined && { Output: output, OutputDetails: { Included: true } }),
    ...(error !== undefined && { Error: error, Cause: cause }),
    ...(startedAt !== undefined && { StartDate: startedAt }),
    StateMachineArn: machine,
    Status: status,
    ...(stoppedAt !== undefined && { StopDate: stoppedAt }),
  });
}

/** JSON arrays of the entries, none over the size of a file. */
function filesOf(entries: readonly string[]): string[] {
  const files: string[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    if (size + entry.length > MOST_FILE_CHARACTERS) {
      files.push([]);
      size = 0;
    }
    files.at(-1)?.push(entry);
    size += entry.length;
  }
  return files.map((each) => `[${each.join(',')}]`);
}
