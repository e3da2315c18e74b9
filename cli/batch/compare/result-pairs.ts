/** Reads the results of two jobs, picture by picture. */

import { BATCH_KEYS } from '../../../functions/batch-contract.ts';
import type { Objects } from '../../../functions/platform/objects.ts';
import type { DeployedBatch } from '../deployed-batch.ts';
import type { JobReading } from '../job.ts';
import { childrenOf, readManifest } from '../job-files.ts';
import type { BatchResult } from './stored-answer.ts';

/** The two jobs of a comparison. */
export interface JobPair {
  readonly baseline: JobReading;
  readonly candidate: JobReading;
}

/** The pictures of two jobs. */
export interface CommonPictures {
  /** Ids of the pictures that both have answered or rejected. In the order of the ids, which are random. */
  readonly ids: readonly string[];
  /** How many pictures only one of them has answered or rejected. */
  readonly only: Readonly<Record<'baseline' | 'candidate', number>>;
}

/** Pictures whose results are read at the same time. */
const AT_A_TIME = 32;

/** @throws BatchRefusedError where a job has no results */
export async function commonPictures(objects: Objects, { baseline, candidate }: JobPair): Promise<CommonPictures> {
  const [ofBaseline, ofCandidate] = [await idsOf(objects, baseline), await idsOf(objects, candidate)];
  const ids = [...ofBaseline].filter((id) => ofCandidate.has(id)).sort();
  return { ids, only: { baseline: ofBaseline.size - ids.length, candidate: ofCandidate.size - ids.length } };
}

async function idsOf(objects: Objects, reading: JobReading): Promise<Set<string>> {
  const ids = new Set<string>();
  const manifest = await readManifest(objects, reading);
  for await (const { lines } of childrenOf(objects, manifest, 'SUCCEEDED')) for (const { id } of lines) ids.add(id);
  return ids;
}

/** The results of a picture. Absent: it has expired, or was erased. */
export interface ResultPair {
  readonly baseline: BatchResult | undefined;
  readonly candidate: BatchResult | undefined;
}

/** The results of the pictures, in their order. @throws StoreUnavailableError */
export async function* resultPairs(
  { objects, endpoint, functionName }: Pick<DeployedBatch, 'objects' | 'endpoint' | 'functionName'>,
  jobs: JobPair,
  ids: readonly string[],
): AsyncGenerator<ResultPair> {
  const read = async ({ job: { version } }: JobReading, id: string) => {
    const folder = BATCH_KEYS.ofVersion({ endpoint, functionName }, version);
    return (await objects.findJson(BATCH_KEYS.result(folder, id))) as BatchResult | undefined;
  };
  for (let start = 0; start < ids.length; start += AT_A_TIME) {
    const some = ids.slice(start, start + AT_A_TIME);
    yield* await Promise.all(
      some.map(async (id) => {
        const [baseline, candidate] = await Promise.all([read(jobs.baseline, id), read(jobs.candidate, id)]);
        return { baseline, candidate };
      }),
    );
  }
}
