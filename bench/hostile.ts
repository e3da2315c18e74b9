/**
 * Sends hostile requests to the laptop that runs (`npm start`): broken forms, JSON, pictures and content codings, by
 * mutation of valid ones. Fails on an answer of 5xx, on an answer over 3 s, and on a function whose process ended or
 * keeps more memory than before.
 *
 * npm run hostile -- [--requests 20000] [--seed 1] [--port 8000] [--endpoint count-cars]
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { oneRunning } from '../local/running.ts';
import { type HostileRequest, hostileRequest } from './hostile/bodies.ts';
import { validPictures } from './hostile/pictures.ts';
import { functionProcesses } from './hostile/processes.ts';
import { Random } from './hostile/random.ts';

/** Longest time of an answer, on one core. */
const MAX_MS = 3000;
/** Growth of a function's memory from the first half of the requests to their end. */
const MAX_GROWTH = 0.05;
/** Wait after an answer of 429. */
const THROTTLED_MS = 100;
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

interface Answer {
  readonly index: number;
  readonly kind: HostileRequest['kind'];
  readonly status: number;
  readonly ms: number;
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
    headers,
    body: new Uint8Array(request.body),
    redirect: 'manual',
  });
  await response.arrayBuffer();
  // The throttle of the API: no function got the request.
  if (response.status === 429) {
    await setTimeout(THROTTLED_MS);
    return send(url, request, index);
  }
  return { index, kind, status: response.status, ms: performance.now() - begin };
}

function faultsOf(answers: readonly Answer[], before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>) {
  const failed = answers.filter(({ status, ms }) => status >= 500 || ms > MAX_MS);
  const processes = [...before].flatMap(([pid, kilobytes]) => {
    const now = after.get(pid);
    if (now === undefined) return [`the process ${pid} ended`];
    return now > kilobytes * (1 + MAX_GROWTH) ? [`the process ${pid} grew from ${mb(kilobytes)} to ${mb(now)}`] : [];
  });
  return [
    ...failed.map(({ index, kind, status, ms }) => `request ${index} (${kind}): ${status} in ${Math.round(ms)} ms`),
    ...processes,
  ];
}

function mb(kilobytes: number): string {
  return `${Math.round(kilobytes / 1024)} MB`;
}

function report(answers: readonly Answer[], memory: ReadonlyMap<number, number>): void {
  const counts = Map.groupBy(answers, ({ kind, status }) => `${kind} ${status}`);
  for (const [kind, some] of [...counts].sort()) console.log(`${kind.padEnd(12)} ${String(some.length).padStart(6)}`);
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const [median = 0, slowest = 0] = [times[times.length >> 1], times.at(-1)];
  console.log(`median ${median.toFixed(1)} ms, slowest ${slowest.toFixed(0)} ms`);
  console.log(`functions: ${[...memory.values()].map(mb).join(', ')}`);
}

const { requests, seed, endpoint, port, home } = program.parse().opts<Options>();
const { url, pid } = oneRunning(home, port);
const valid = await validPictures(readFileSync(resolve(PROJECT, 'models/counter-nano/golden/cars.jpg')));
const random = new Random(seed);
const answers: Answer[] = [];
let before: ReadonlyMap<number, number> = new Map();
for (const index of Array(requests).keys()) {
  if (index === requests >> 1) before = functionProcesses(pid);
  answers.push(await send(`${url}/${endpoint}`, hostileRequest(valid, random), index));
  if (index % 1000 === 999) console.error(`… ${index + 1} requests`);
}
const after = functionProcesses(pid);
report(answers, after);
const faults = faultsOf(answers, before, after);
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;
