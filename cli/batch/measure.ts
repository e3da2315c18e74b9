/** Measures a version on pictures of the job, without storing anything. */

import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { BatchAnswer, BatchEvent, BatchItem } from '../../functions/batch-contract.ts';
import type { DeployedBatch } from './deployed-batch.ts';
import { BatchRefusedError } from './exit-codes.ts';
import type { Measured } from './forecast.ts';

/** The first invocation loads the model; the second one is measured. @throws BatchRefusedError */
export async function measure(
  deployed: DeployedBatch,
  version: string,
  {
    bucket,
    annotate,
    sample,
  }: { readonly bucket: string; readonly annotate: boolean; readonly sample: readonly BatchItem[] },
): Promise<Measured> {
  const invoke = (items: readonly BatchItem[]) =>
    invokeVersion(deployed, version, { kind: 'batch', bucket, annotate, items });
  await invoke(sample.slice(0, 1));
  const start = performance.now();
  const { lines } = await invoke(sample);
  const perPicture = (performance.now() - start) / sample.length;
  return { perPicture, slowest: Math.max(perPicture, ...lines.map(({ ms = 0 }) => ms)) };
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
  throw new BatchRefusedError(
    `Expected an answer of version ${version} to pictures of the job, received ${text.slice(0, 400)}`,
  );
}
