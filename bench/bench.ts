/**
 * Measures the time of a request by step, compared with the bare library calls, with one thread and
 * two, the cold start, and the peak memory.
 *
 * With --whole: the processor time of whole processes instead; with --drift, what the setting drift adds to it. With
 * --challengers: the time of a comparison of five challengers with live over so many pictures. With --endurance: the
 * memory of a laptop over so many requests; fails where it grows by more than a tenth. With --fastapi: time and
 * throughput beside those of a FastAPI server.
 *
 * npm run bench -- [--json] [--runs 40] [--package models/counter-nano] [--threads 1]
 * npm run bench -- --whole [--json] [--runs 40] [--profile file.cpuprofile]
 * npm run bench -- --whole --drift [--json] [--runs 400]
 * npm run bench -- --fastapi [python] [--json] [--runs 40]
 * npm run bench -- --endurance 50000 [--json]
 * npm run bench -- --challengers 200 [--json] [--package models/counter-nano]
 */
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { detect, type Step } from '../functions/detection/detect.ts';
import { loadModel, type Model } from '../functions/detection/model.ts';
import { setPictureThreads } from '../functions/detection/threads.ts';
import { type BareStep, bareCalls } from './bare.ts';
import { challengersInWords, measureChallengers } from './challengers.ts';
import { clockInto, medians, recordTotal, type Samples } from './clock.ts';
import { type EnduranceSample, growthOf, measureEndurance, sampleInWords } from './endurance.ts';
import { PythonMissingError } from './fastapi/servers.ts';
import { compareFastApi, toFastApiTable } from './fastapi.ts';
import { type BenchPicture, benchPicture, SIZES } from './pictures.ts';
import { coldStart, peakMemory } from './processes.ts';
import { type PictureReport, type Report, toTables } from './report.ts';
import { measureThreads } from './threads.ts';
import { measureWhole } from './whole.ts';
import { measureDrift, toDriftTable } from './whole-drift.ts';
import { toWholeTable } from './whole-report.ts';

/** Uncounted first runs of each size, in which V8 still compiles. */
const WARM_UP = 20;

const program = new Command('bench')
  .option('--json', 'print JSON instead of tables', false)
  .option('--runs <n>', 'measured runs of each size', wholeNumber, 40)
  .option('--threads <n>', 'threads of one request', wholeNumber, 1)
  .option('--package <folder>', 'model package to measure', resolve(import.meta.dirname, '../models/counter-nano'))
  .addOption(new Option('--whole', 'measure whole processes of a laptop of its own').conflicts(['threads', 'package']))
  .option('--challengers <pictures>', 'measure a comparison of challengers over so many pictures', wholeNumber)
  .option('--endurance <requests>', 'measure the memory of a laptop of its own over so many requests', numberOfRequests)
  .option('--fastapi [python]', 'compare with a FastAPI server, by a Python with its packages or in a new environment')
  .addOption(new Option('--drift', 'with --whole: compare a laptop without and with drift: true').conflicts('profile'))
  .option('--profile <file>', 'with --whole: write a flame graph of the function, a .cpuprofile');

interface Options {
  json: boolean;
  runs: number;
  threads: number;
  package: string;
  whole?: true;
  drift?: true;
  profile?: string;
  challengers?: number;
  endurance?: number;
  fastapi?: true | string;
}

function wholeNumber(text: string): number {
  return numberUpTo(9999, text);
}

function numberOfRequests(text: string): number {
  return numberUpTo(9_999_999, text);
}

function numberUpTo(most: number, text: string): number {
  if (/^[1-9]\d*$/.test(text) && Number(text) <= most) return Number(text);
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${most}.`);
}

async function main(options: Options): Promise<void> {
  const { json, runs, whole, profile, challengers, endurance, fastapi, package: folder } = options;
  if (profile !== undefined && !whole) program.error('error: --profile requires --whole');
  if (options.drift && !whole) program.error('error: --drift requires --whole');
  if (options.drift) {
    const costs = await measureDrift(runs);
    print(costs, json ? undefined : toDriftTable(costs, machine()));
  } else if (whole) {
    const reports = await measureWhole({ runs, ...(profile !== undefined && { profile }) });
    print(reports, json ? undefined : toWholeTable(reports, machine()));
  } else if (fastapi) {
    await withFastApi(options, fastapi === true ? undefined : fastapi);
  } else if (endurance !== undefined) {
    await endure(endurance, json);
  } else if (challengers !== undefined) {
    const report = await measureChallengers(folder, challengers);
    print(report, json ? undefined : challengersInWords(report));
  } else {
    const report = await measureSteps(options);
    print(report, json ? undefined : toTables(report));
  }
}

async function withFastApi({ runs, json }: Options, python?: string): Promise<void> {
  try {
    const reports = await compareFastApi(runs, python);
    print(reports, json ? undefined : toFastApiTable(reports, machine()));
  } catch (error) {
    if (!(error instanceof PythonMissingError)) throw error;
    print({}, `Skipped: ${error.message}\n${error.cause}\n`);
  }
}

async function endure(requests: number, json: boolean): Promise<void> {
  const show = (sample: EnduranceSample) => process.stdout.write(sampleInWords(sample));
  const samples = await measureEndurance(requests, json ? () => {} : show);
  const { words, isWithin } = growthOf(samples);
  print(samples, json ? undefined : words);
  if (!isWithin) process.exitCode = 1;
}

/** Prints text, or JSON where there is none. */
function print(report: object, text = `${JSON.stringify(report, null, 2)}\n`): void {
  process.stdout.write(text);
}

function machine(): string {
  return `${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, ${process.arch}, Node ${process.version}`;
}

async function measureSteps({ runs, threads, package: folder }: Options): Promise<Report> {
  const pictures = await Promise.all(SIZES.map(([width, height]) => benchPicture(width, height)));
  setPictureThreads(threads);
  const model = await loadModel(folder, { threads });
  const bare = await bareCalls(folder, model.manifest, threads);
  const reports: PictureReport[] = [];
  for (const picture of pictures) reports.push(await measure(model, bare, picture, runs));
  const [small, , large] = pictures as [BenchPicture, BenchPicture, BenchPicture];
  return {
    machine: machine(),
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
