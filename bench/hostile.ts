/**
 * Sends hostile requests to the laptop that runs (`npm start`): broken forms, JSON, pictures and content codings, by
 * mutation of valid ones. Fails on an answer of 5xx, on an answer over 3 s, where the function's process ended or keeps
 * growing, and where the laptop's memory is not back when the objects of the run are deleted. Reads memory through the
 * inspectors of both processes, on port 9229.
 *
 * npm run hostile -- [--requests 20000] [--seed 1] [--port 8000] [--endpoint count-cars]
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { oneRunning } from '../local/running.ts';
import { type HostileRequest, hostileRequest } from './hostile/bodies.ts';
import { type Answer, describe, faultsOf, memoryOf, type Sample } from './hostile/judge.ts';
import { validPictures } from './hostile/pictures.ts';
import { functionProcesses } from './hostile/processes.ts';
import { Random } from './hostile/random.ts';
import { retainedBy } from './hostile/retained.ts';
import { idsOf, removeNew, storedIn } from './hostile/stored.ts';
import { untilAdmitted } from './throttled.ts';

/** Requests before the first sample of the memory. */
const WARM_UP = 500;
/** Samples of the memory. */
const SAMPLES = 8;
const PROJECT = resolve(import.meta.dirname, '..');

const program = new Command('npm run hostile --')
  .option('--requests <n>', 'number of requests', wholeNumber, 20_000)
  .option('--seed <n>', 'the same seed gives the same requests', wholeNumber, 1)
  .option('--endpoint <name>', 'endpoint that gets them', 'count-cars')
  .option('--port <number>', 'port of the HTTP API, if several emulators are running')
  .option('--home <folder>', 'folder of the emulator', (text) => resolve(text), resolve(PROJECT, '.laptop'));

interface Options {
  readonly requests: number;
  readonly seed: number;
  readonly endpoint: string;
  readonly port?: string;
  readonly home: string;
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number from 1 to 9999999.');
}

async function send(url: string, request: HostileRequest, index: number): Promise<Answer> {
  const begin = performance.now();
  const { headers, query, kind } = request;
  const response = await fetch(url + query, {
    method: 'POST',
    // Because the server closes a connection that is idle for 5 s, in which this process may compress a body.
    headers: { ...headers, connection: 'close' },
    body: new Uint8Array(request.body),
    redirect: 'manual',
  });
  await response.arrayBuffer();
  return { index, kind, status: response.status, ms: performance.now() - begin };
}

/** The process that works while requests are sent. */
async function busyProcess(laptop: number, work: () => Promise<void>): Promise<number> {
  const before = functionProcesses(laptop);
  await work();
  const busy = [...functionProcesses(laptop).values()].filter(({ pid, time }) => before.get(pid)?.time !== time);
  if (busy.length === 1 && busy[0]) return busy[0].pid;
  throw new Error(`Expected one function that works for the requests, received ${busy.length}`);
}

function report(answers: readonly Answer[], samples: readonly Sample[]): void {
  const counts = Map.groupBy(answers, ({ kind, status }) => `${kind} ${status}`);
  for (const [kind, some] of [...counts].sort()) console.log(`${kind.padEnd(12)} ${String(some.length).padStart(6)}`);
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const [median = 0, slowest = 0] = [times[times.length >> 1], times.at(-1)];
  console.log(`median ${median.toFixed(1)} ms, slowest ${slowest.toFixed(0)} ms`);
  for (const sample of samples) console.log(describe(sample));
}

const { requests, seed, endpoint, port, home } = program.parse().opts<Options>();
const { url, endpoint: services, pid: laptop } = oneRunning(home, port);
const store = await storedIn(services);
const storedBefore = await idsOf(store);
const valid = await validPictures(readFileSync(resolve(PROJECT, 'models/counter-nano/golden/cars.jpg')));
const random = new Random(seed);
const answers: Answer[] = [];
const sendMany = async (count: number) => {
  for (const _ of Array(count).keys()) {
    const request = hostileRequest(valid, random);
    answers.push(await untilAdmitted(() => send(`${url}/${endpoint}`, request, answers.length)));
  }
};
const worker = await busyProcess(laptop, () => sendMany(Math.min(requests, WARM_UP)));
const samples: Sample[] = [];
const sample = async () => {
  const isAlive = functionProcesses(laptop).has(worker);
  const found = { worker: isAlive ? await retainedBy(worker) : undefined, laptop: await retainedBy(laptop) };
  samples.push({ requests: answers.length, ...found });
  console.error(describe(samples.at(-1) as Sample));
};
await sample();
const each = Math.ceil((requests - answers.length) / (SAMPLES - 1));
while (answers.length < requests) {
  await sendMany(Math.min(each, requests - answers.length));
  await sample();
}
const removed = await removeNew(store, storedBefore);
const emptied = await retainedBy(laptop);
report(answers, samples);
console.log(`without ${removed} objects of this run: laptop ${memoryOf(emptied)}`);
const faults = faultsOf(answers, samples, emptied);
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
