/** How many pictures one process of the function answers in a second, invoked on batches without a state machine. */

import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { BatchEvent } from '../../functions/batch-contract.ts';
import type { KilledLaptop } from './laptop.ts';
import { listPictures, prefixOf, putPictures } from './pictures.ts';

/** Pictures of an invocation: so few that a busy machine answers them within the function's timeout. */
const BATCH = 50;
/** The first one loads the model. */
const BATCHES = 7;

/** Pictures a second. */
export async function ownRate(laptop: KilledLaptop): Promise<number> {
  const { objects, lambda, functionName } = await laptop.find();
  const set = { s3: laptop.s3(), bucket: objects.bucket, prefix: prefixOf('own') };
  await putPictures(set, BATCH * BATCHES);
  const pictures = await listPictures(set);
  let start = 0;
  for (let batch = 0; batch < BATCHES; batch += 1) {
    if (batch === 1) start = performance.now();
    const items = pictures.slice(batch * BATCH, (batch + 1) * BATCH);
    const event: BatchEvent = { kind: 'batch', job: 'own-rate', bucket: set.bucket, annotate: false, items };
    const invocation = { FunctionName: functionName, Qualifier: '1', Payload: JSON.stringify(event) };
    const { FunctionError, Payload } = await lambda.send(new InvokeCommand(invocation));
    if (FunctionError) throw new Error(`Expected an answer, received ${new TextDecoder().decode(Payload)}`);
  }
  return ((BATCHES - 1) * BATCH) / ((performance.now() - start) / 1000);
}
