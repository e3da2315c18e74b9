import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Cell, type Effort, SCENARIOS } from './cells.ts';

const WORKER = new URL('./worker.ts', import.meta.url);

/**
 * Simulates scenarios on all processors. The cells do not depend on the number of processors, and come in the order of
 * `SCENARIOS`.
 * @param isChosen whether to simulate the scenario of this name
 * @param onStart called with the name of each scenario that starts
 */
export async function simulateAll(
  effort: Effort,
  isChosen: (name: string) => boolean,
  onStart: (name: string) => void,
): Promise<Cell[]> {
  const waiting = SCENARIOS.map(({ name }, index) => ({ name, index })).filter(({ name }) => isChosen(name));
  const cells = new Map<number, readonly Cell[]>();
  const work = async () => {
    const worker = new Worker(WORKER, { workerData: effort });
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        onStart(next.name);
        worker.postMessage(next.index);
        const [answer] = await once(worker, 'message');
        cells.set(next.index, answer as readonly Cell[]);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), waiting.length) }, work));
  return SCENARIOS.flatMap((_, index) => cells.get(index) ?? []);
}
