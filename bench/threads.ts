import { detect, type Step } from '../functions/detection/detect.ts';
import { loadModel } from '../functions/detection/model.ts';
import { setPictureThreads } from '../functions/detection/threads.ts';
import { clockInto, medians, recordTotal, type Samples } from './clock.ts';
import type { BenchPicture } from './pictures.ts';

/** Medians of a request with so many threads, milliseconds. */
export interface ThreadReport {
  readonly threads: number;
  readonly decode: number;
  readonly infer: number;
  readonly total: number;
}

/** Uncounted first runs of each model; V8 has compiled the rest before. */
const WARM_UP = 2;

/**
 * Measures a request with one thread and with two, as in functions of 1,769 and 3,538 MB. They alternate, so that other
 * load on the machine affects both.
 */
export async function measureThreads(folder: string, { jpeg }: BenchPicture, runs: number): Promise<ThreadReport[]> {
  const variants = await Promise.all(
    [1, 2].map(async (threads) => ({
      threads,
      model: await loadModel(folder, { threads }),
      samples: new Map() as Samples,
    })),
  );
  for (let run = -WARM_UP; run < runs; run++) {
    for (const { threads, model, samples } of variants) {
      if (run === 0) samples.clear();
      setPictureThreads(threads);
      await recordTotal(samples, () => detect(model, jpeg, {}, clockInto<Step>(samples)));
    }
  }
  await Promise.all(variants.map(({ model }) => model.release()));
  return variants.map(({ threads, samples }) => {
    const { decode = 0, infer = 0, total = 0 } = medians(samples);
    return { threads, decode, infer, total };
  });
}
