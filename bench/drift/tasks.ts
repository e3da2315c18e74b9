/** The parts of the simulation, which workers do side by side. */

import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Shift } from './pictures.ts';
import { makePool, type Pools, type Row } from './pools.ts';
import { runShifts, runYear, type ShiftResult, type YearResult } from './runs.ts';
import type { World } from './world.ts';

/** One part. */
export type Task =
  | { readonly kind: 'pool'; readonly count: number; readonly seed: number; readonly shift?: Shift }
  | { readonly kind: 'year' | 'shifts'; readonly world: World; readonly seed: number };

/** What comes of a part. */
export interface Outcome {
  readonly pool?: readonly Row[];
  readonly year?: YearResult;
  readonly shifts?: readonly ShiftResult[];
}

/** Does a part. @param pools absent while they are made */
export async function doTask(task: Task, pools: Pools | undefined): Promise<Outcome> {
  if (task.kind === 'pool') return { pool: await makePool(task.count, task.seed, task.shift) };
  if (!pools) throw new Error('Expected pools for a run, received none');
  const { world, seed } = task;
  return task.kind === 'year' ? { year: runYear(pools, world, seed) } : { shifts: runShifts(pools, world, seed) };
}

const WORKER = new URL('./worker.ts', import.meta.url);

/** How parts are done. */
export interface Doing {
  /** Absent while they are made. */
  readonly pools?: Pools;
  /** Folder of outcomes: those that it has are not done again, and the others are written there. Default: none. */
  readonly folder?: string;
  /** Called after each part: how many are done, and of all. */
  readonly onDone: (done: number, all: number) => void;
}

/** Does parts on all processors. @returns the outcomes in the order of the tasks */
export async function doAll(tasks: readonly Task[], { pools, folder, onDone }: Doing): Promise<Outcome[]> {
  const outcomes = tasks.map((task) => keptOutcome(folder, task));
  const waiting = tasks.map((task, index) => ({ task, index })).filter(({ index }) => !outcomes[index]);
  let done = tasks.length - waiting.length;
  const work = async () => {
    const worker = new Worker(WORKER, { workerData: pools });
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        worker.postMessage(next.task);
        const [outcome] = (await once(worker, 'message')) as [Outcome];
        outcomes[next.index] = outcome;
        if (folder !== undefined) writeFileSync(fileOf(folder, next.task), JSON.stringify(outcome));
        onDone(++done, tasks.length);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), waiting.length) }, work));
  return outcomes as Outcome[];
}

function keptOutcome(folder: string | undefined, task: Task): Outcome | undefined {
  if (folder === undefined || !existsSync(fileOf(folder, task))) return undefined;
  return JSON.parse(readFileSync(fileOf(folder, task), 'utf8'));
}

function fileOf(folder: string, task: Task): string {
  return join(folder, `${JSON.stringify(task).replace(/[^\w.]+/g, '-')}.json`);
}
