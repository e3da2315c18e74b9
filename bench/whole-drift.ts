/**
 * What the setting `drift` costs a request: processor time of the function's process on two laptops, without and with
 * it. They take turns, so that other load on the machine affects both.
 */

import { join } from 'node:path';
import Table from 'cli-table3';
import { type BenchLaptop, startLaptop } from './laptop.ts';
import { benchPicture, SIZES } from './pictures.ts';
import { cpuTimeOf } from './process-cpu.ts';
import { postPicture, TURN, WARM_UP, workerOf } from './whole.ts';

/** Milliseconds of processor time a request, for one size of picture. */
export interface DriftCost {
  readonly width: number;
  readonly height: number;
  readonly without: number;
  readonly with: number;
  /** With, divided by without. */
  readonly ratio: number;
}

const WATCHED = join(import.meta.dirname, 'drift/watched-endpoints.ts');

/** @param runs requests of each size to each laptop */
export async function measureDrift(runs: number): Promise<DriftCost[]> {
  await using plain = await startLaptop();
  await using watched = await startLaptop(1, ['-c', `endpoints=${WATCHED}`]);
  const costs: DriftCost[] = [];
  for (const [width, height] of SIZES) {
    const { jpeg } = await benchPicture(width, height);
    const [without, having] = await inTurns([plain, watched], jpeg, runs);
    costs.push({ width, height, without, with: having, ratio: having / without });
  }
  return costs;
}

/** Processor time a request of each of two laptops. */
async function inTurns(
  laptops: readonly [BenchLaptop, BenchLaptop],
  jpeg: Buffer,
  runs: number,
): Promise<[number, number]> {
  const workers: number[] = [];
  for (const laptop of laptops) {
    workers.push(await workerOf(laptop, () => postPicture(laptop, jpeg)));
    for (let run = 0; run < WARM_UP; run++) await postPicture(laptop, jpeg);
  }
  const sums: [number, number] = [0, 0];
  const turns = Math.ceil(runs / TURN);
  for (let turn = 0; turn < turns; turn++) {
    // Each is the first as often as the second.
    for (const at of turn % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const before = cpuTimeOf(workers[at] as number);
      for (let run = 0; run < TURN; run++) await postPicture(laptops[at], jpeg);
      sums[at] += cpuTimeOf(workers[at] as number) - before;
    }
  }
  return [sums[0] / (turns * TURN), sums[1] / (turns * TURN)];
}

/** The measurements as text for a terminal. */
export function toDriftTable(costs: readonly DriftCost[], machine: string): string {
  const table = new Table({
    head: ['ms of processor time a request', ...costs.map(({ width, height }) => `${width}×${height}`)],
    colAligns: ['left', ...costs.map(() => 'right' as const)],
    style: { head: [], border: [] },
  });
  table.push(['without drift', ...costs.map((cost) => cost.without.toFixed(2))]);
  table.push(['drift: true', ...costs.map((cost) => cost.with.toFixed(2))]);
  table.push(['with / without', ...costs.map(({ ratio }) => ratio.toFixed(3))]);
  return `The function's process, one request at a time\n${machine}\n\n${table}\n`;
}
