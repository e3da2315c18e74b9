import { readFile } from 'node:fs/promises';
import type { Manifest } from '../../../functions/detection/manifest.ts';
import * as ort from '../../../functions/detection/onnxruntime.ts';
import { feeds } from '../../../functions/detection/tensor-values.ts';

/** The fastest of several runs with each of two files, milliseconds: other load on the machine only adds time. */
export interface SpeedPair {
  readonly load: { readonly before: number; readonly after: number };
  readonly infer: { readonly before: number; readonly after: number };
}

const LOADS = 9;
const INFERENCES = 15;

/** Loads and runs two files of one model alternately, so that other load affects both. */
export async function compareSpeed(
  before: string,
  after: string,
  { input }: Pick<Manifest, 'input'>,
): Promise<SpeedPair> {
  const files = [await readFile(before), await readFile(after)] as const;
  const loads: [number[], number[]] = [[], []];
  for (let round = 0; round < LOADS; round++) {
    for (const side of [0, 1] as const) loads[side].push(await timed(async () => (await open(files[side])).release()));
  }
  const sessions = [await open(files[0]), await open(files[1])] as const;
  const infers: [number[], number[]] = [[], []];
  const grey = feeds(new Float32Array(3 * input.width * input.height).fill(input.scale * 114), input);
  for (let round = 0; round < INFERENCES; round++) {
    for (const side of [0, 1] as const) infers[side].push(await timed(() => sessions[side].run(grey)));
  }
  await Promise.all(sessions.map((session) => session.release()));
  return { load: fastest(loads), infer: fastest(infers) };
}

function open(bytes: Uint8Array): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(bytes, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function fastest([before, after]: readonly [number[], number[]]): { before: number; after: number } {
  return { before: Math.min(...before), after: Math.min(...after) };
}
