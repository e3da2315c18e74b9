/** Does the parts of the simulation that the main thread sends, one after another. */

import { parentPort, workerData } from 'node:worker_threads';
import type { Pools } from './pools.ts';
import { doTask, type Task } from './tasks.ts';

parentPort?.on('message', async (task: Task) => {
  parentPort?.postMessage(await doTask(task, (workerData as Pools | undefined) ?? undefined));
});
