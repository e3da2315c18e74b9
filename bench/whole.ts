/**
 * Processor and wall time of a request over whole processes: the function's process as deployed, behind the Runtime
 * API, its writes to S3 included; the laptop's main process; and the bare library calls with the same model. They take
 * turns, so that other load on the machine affects all.
 */

import { join } from 'node:path';
import { readManifest } from '../functions/detection/model.ts';
import { bareCalls } from './bare.ts';
import { median } from './clock.ts';
import { profileProcess } from './cpu-profile.ts';
import { functionProcesses } from './hostile/processes.ts';
import { type BenchLaptop, startLaptop } from './laptop.ts';
import { type BenchPicture, benchPicture, SIZES } from './pictures.ts';
import { cpuTimeOf } from './process-cpu.ts';

/** Milliseconds a request, for one size of picture. */
export interface WholeReport {
  readonly width: number;
  readonly height: number;
  /** Processor time. */
  readonly cpu_ms: { readonly bare: number; readonly function: number; readonly laptop: number };
  /** Median time from the request to the whole answer, and of the bare calls. */
  readonly wall_ms: { readonly bare: number; readonly http: number };
  /** Processor time of the function's process, divided by that of the bare calls. */
  readonly ratio: number;
}

/** What is measured. `profile`: file to write a profile of the function's process to, of the largest size. */
export interface WholeOptions {
  readonly runs: number;
  readonly profile?: string;
}

const ENDPOINT = 'count-cars';
const PACKAGE = join(import.meta.dirname, '..', 'models', 'counter-nano');
/** Uncounted first requests of each size. */
export const WARM_UP = 40;
/** And of a new process: V8 compiles until about then, for a fifth more processor time of a request. */
const FIRST_WARM_UP = 240;
/** Requests of a turn: with few, the processor times' steps of 10 ms would matter. */
export const TURN = 20;

/** Measures all sizes against a laptop of its own. */
export async function measureWhole({ runs, profile }: WholeOptions): Promise<WholeReport[]> {
  await using laptop = await startLaptop();
  const bare = await bareCalls(PACKAGE, await readManifest(PACKAGE), 1);
  const clock = <T>(_step: string, work: () => T | Promise<T>) => Promise.resolve(work());
  const reports: WholeReport[] = [];
  for (const [width, height] of SIZES) {
    const picture = await benchPicture(width, height);
    const warmUp = reports.length === 0 ? FIRST_WARM_UP : WARM_UP;
    const measured = await measureSize(laptop, picture, { runs, warmUp, bare: () => bare(picture.jpeg, clock) });
    reports.push(measured);
  }
  if (profile !== undefined) await profileFunction(laptop, profile, runs);
  return reports;
}

interface Work {
  readonly runs: number;
  readonly warmUp: number;
  readonly bare: () => Promise<void>;
}

async function measureSize(laptop: BenchLaptop, { width, height, jpeg }: BenchPicture, work: Work) {
  const { runs, warmUp, bare } = work;
  const post = () => postPicture(laptop, jpeg);
  const worker = await workerOf(laptop, post);
  for (let run = 0; run < warmUp; run++) {
    await post();
    await bare();
  }
  const sums = { bare: 0, function: 0, laptop: 0 };
  const walls = { bare: [] as number[], http: [] as number[] };
  for (let done = 0; done < runs; done += TURN) {
    const before = process.cpuUsage();
    for (let run = 0; run < TURN; run++) walls.bare.push(await timed(bare));
    const { user, system } = process.cpuUsage(before);
    const [theFunction, main] = [cpuTimeOf(worker), cpuTimeOf(laptop.pid)];
    for (let run = 0; run < TURN; run++) walls.http.push(await timed(post));
    sums.bare += (user + system) / 1000;
    sums.function += cpuTimeOf(worker) - theFunction;
    sums.laptop += cpuTimeOf(laptop.pid) - main;
  }
  const requests = walls.http.length;
  const cpu_ms = {
    bare: sums.bare / requests,
    function: sums.function / requests,
    laptop: sums.laptop / requests,
  };
  const wall_ms = { bare: median(walls.bare), http: median(walls.http) };
  return { width, height, cpu_ms, wall_ms, ratio: sums.function / sums.bare };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Sends a picture. @throws Error where the answer is none */
export async function postPicture({ url }: BenchLaptop, jpeg: Buffer): Promise<void> {
  const response = await fetch(`${url}/${ENDPOINT}`, {
    method: 'POST',
    headers: { 'content-type': 'image/jpeg', accept: 'application/json' },
    body: new Uint8Array(jpeg),
  });
  const body = await response.text();
  if (response.status !== 200)
    throw new Error(`Expected status 200 of ${ENDPOINT}, received ${response.status}: ${body}`);
}

/** The process of the function that answers. @param post sends it a request */
export async function workerOf({ pid }: BenchLaptop, post: () => Promise<void>): Promise<number> {
  await post();
  const times = new Map([...functionProcesses(pid).keys()].map((worker) => [worker, cpuTimeOf(worker)]));
  for (let run = 0; run < 5; run++) await post();
  const grown = [...times].toSorted(([a, before], [b, other]) => cpuTimeOf(b) - other - (cpuTimeOf(a) - before));
  const [busiest] = grown;
  if (!busiest) throw new Error('Expected a process of a function, received none');
  return busiest[0];
}

async function profileFunction(laptop: BenchLaptop, file: string, runs: number): Promise<void> {
  const picture = await benchPicture(...SIZES[0]);
  const post = () => postPicture(laptop, picture.jpeg);
  await profileProcess(await workerOf(laptop, post), file, async () => {
    for (let run = 0; run < runs; run++) await post();
  });
}
