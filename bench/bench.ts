/**
 * Measures the time of a request by step, compared with the bare library calls, with one thread and
 * two, the cold start, and the peak memory.
 *
 * npm run bench -- [--json] [--runs 40] [--package models/counter-nano] [--threads 1]
 */
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { detect, type Step } from '../functions/detection/detect.ts';
import { loadModel, type Model } from '../functions/detection/model.ts';
import { setPictureThreads } from '../functions/detection/threads.ts';
import { type BareStep, bareCalls } from './bare.ts';
import { clockInto, medians, recordTotal, type Samples } from './clock.ts';
import { type BenchPicture, benchPicture, SIZES } from './pictures.ts';
import { coldStart, peakMemory } from './processes.ts';
import { type PictureReport, type Report, toTables } from './report.ts';
import { measureThreads } from './threads.ts';

/** Uncounted first runs of each size, in which V8 still compiles. */
const WARM_UP = 20;

const program = new Command('bench')
  .option('--json', 'print JSON instead of tables', false)
  .option('--runs <n>', 'measured runs of each size', wholeNumber, 40)
  .option('--threads <n>', 'threads of one request', wholeNumber, 1)
  .option('--package <folder>', 'model package to measure', resolve(import.meta.dirname, '../models/counter-nano'));

interface Options {
  json: boolean;
  runs: number;
  threads: number;
  package: string;
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number from 1 to 9999.');
}

async function main({ json, runs, threads, package: folder }: Options): Promise<void> {
  const pictures = await Promise.all(SIZES.map(([width, height]) => benchPicture(width, height)));
  setPictureThreads(threads);
  const model = await loadModel(folder, { threads });
  const bare = await bareCalls(folder, model.manifest, threads);
  const reports: PictureReport[] = [];
  for (const picture of pictures) reports.push(await measure(model, bare, picture, runs));
  const [small, , large] = pictures as [BenchPicture, BenchPicture, BenchPicture];
  const report: Report = {
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, ${process.arch}, Node ${process.version}`,
    model: `${model.manifest.name} ${model.manifest.version}`,
    threads,
    runs,
    pictures: reports,
    by_threads_ms: await measureThreads(folder, large, runs),
    cold_start_ms: await coldStart(folder, small, 5),
    peak_memory_mib: {
      '640×480': await peakMemory(folder, small, 20),
      '4000×3000': await peakMemory(folder, large, 20),
    },
  };
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : toTables(report));
}

/** Product and bare calls alternate, so that other load on the machine affects both. */
async function measure(
  model: Model,
  bare: Awaited<ReturnType<typeof bareCalls>>,
  { width, height, jpeg }: BenchPicture,
  runs: number,
): Promise<PictureReport> {
  let [product, baseline]: [Samples, Samples] = [new Map(), new Map()];
  for (let run = -WARM_UP; run < runs; run++) {
    if (run === 0) [product, baseline] = [new Map(), new Map()];
    await recordTotal(baseline, () => bare(jpeg, clockInto<BareStep>(baseline)));
    await recordTotal(product, () => detect(model, jpeg, {}, clockInto<Step>(product)));
  }
  const [steps, bareSteps] = [medians(product), medians(baseline)];
  const ratio = (steps.total as number) / (bareSteps.total as number);
  return { width, height, bytes: jpeg.length, steps_ms: steps, bare_ms: bareSteps, ratio };
}

await main(program.parse().opts<Options>());
