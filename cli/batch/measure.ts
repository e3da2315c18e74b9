/** Measures a version on pictures of the job, without storing anything. */

import { InvokeCommand } from '@aws-sdk/client-lambda';
import { BATCH_UNFINISHED, type BatchAnswer, type BatchEvent, type BatchItem } from '../../functions/batch-contract.ts';
import type { DeployedBatch, PinnedVersion } from './deployed-batch.ts';
import { BatchRefusedError } from './exit-codes.ts';
import { type Measured, picturesInTime } from './forecast.ts';

interface Sample {
  readonly bucket: string;
  readonly annotate: boolean;
  readonly sample: readonly BatchItem[];
}

/**
 * The first invocation loads the model. The second one measures one picture, the third one as many as have time.
 * @throws BatchRefusedError
 */
export async function measure(
  deployed: DeployedBatch,
  pinned: Pick<PinnedVersion, 'version' | 'timeoutSeconds'>,
  { bucket, annotate, sample }: Sample,
): Promise<Measured> {
  const invoke = (items: readonly BatchItem[]) =>
    invokeVersion(deployed, pinned.version, { kind: 'batch', bucket, annotate, items });
  await invoke(sample.slice(0, 1));
  let measured = await timed(sample.slice(0, 1), invoke);
  let size = Math.min(sample.length, picturesInTime(pinned, measured));
  // The other pictures may be slower than the first one: fewer of them have time.
  for (let isFinished = false; size > 1 && !isFinished; size = Math.floor(size / 2)) {
    const several = await timed(sample.slice(0, size), invoke).catch(onlyUnfinished);
    isFinished = several !== undefined;
    measured = several ?? measured;
  }
  return measured;
}

async function timed(
  items: readonly BatchItem[],
  invoke: (items: readonly BatchItem[]) => Promise<BatchAnswer>,
): Promise<Measured> {
  const start = performance.now();
  const { lines } = await invoke(items);
  const perPicture = (performance.now() - start) / items.length;
  return { perPicture, slowest: Math.max(perPicture, ...lines.map(({ ms = 0 }) => ms)) };
}

/** A version had no time for all pictures. */
class UnfinishedError extends BatchRefusedError {}

function onlyUnfinished(error: unknown): undefined {
  if (!(error instanceof UnfinishedError)) throw error;
}

async function invokeVersion(
  { lambda, functionName }: DeployedBatch,
  version: string,
  event: BatchEvent,
): Promise<BatchAnswer> {
  const command = { FunctionName: functionName, Qualifier: version, Payload: JSON.stringify(event) };
  const { Payload, FunctionError } = await lambda.send(new InvokeCommand(command));
  const text = new TextDecoder().decode(Payload);
  if (!FunctionError) return JSON.parse(text) as BatchAnswer;
  const { errorType } = JSON.parse(text) as { errorType?: string };
  const Refused = errorType === BATCH_UNFINISHED ? UnfinishedError : BatchRefusedError;
  throw new Refused(`Expected an answer of version ${version} to pictures of the job, received ${text.slice(0, 400)}`);
}
