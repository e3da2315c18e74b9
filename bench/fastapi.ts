/**
 * Time over HTTP and throughput of a laptop of its own, compared with a FastAPI server of the same model
 * (`fastapi/server.py`), which has as many worker processes as the machine has cores. Both get the same picture as a
 * form and store picture, annotated picture and result. They take turns, so that other load affects both.
 */

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import Table from 'cli-table3';
import { median } from './clock.ts';
import { installed, startBare, startFastApi } from './fastapi/servers.ts';
import { startLaptop } from './laptop.ts';
import { benchPicture, SIZES } from './pictures.ts';

/**
 * Who answers: the laptop; FastAPI as courses write it; FastAPI that draws, as the laptop does, on a picture of 1600
 * pixels at most; and the laptop's library calls alone behind HTTP, the floor of any server with these libraries.
 */
const SERVERS = ['laptop', 'fastapi', 'fitting', 'bare'] as const;
type ByServer<T> = Readonly<Record<(typeof SERVERS)[number], T>>;

/** One size of picture. */
export interface FastApiReport {
  readonly width: number;
  readonly height: number;
  /** Median time of a request with one caller, ms. */
  readonly p50_ms: ByServer<number>;
  /** With four callers. */
  readonly requests_per_second: ByServer<number>;
}

const CALLERS = 4;
/** The laptop's default for annotated pictures. */
const MAX_SIDE = 1600;
/** Requests of a turn, uncounted ones of each size, and of new processes. */
const [TURN, WARM_UP, FIRST_WARM_UP] = [10, 80, 240];

/**
 * @param given a Python that has the packages of `fastapi/requirements.txt`. Default: that of a new environment
 * @throws PythonMissingError
 */
export async function compareFastApi(runs: number, given?: string): Promise<FastApiReport[]> {
  const work = await mkdtemp(join(tmpdir(), 'bench-fastapi-'));
  try {
    const python = given ?? (await installed(work));
    await using laptop = await startLaptop(availableParallelism());
    await using fastapi = await startFastApi(python, work);
    await using bare = await startBare();
    const reports: FastApiReport[] = [];
    for (const [width, height] of SIZES) {
      const { jpeg } = await benchPicture(width, height);
      const form = await formOf(jpeg);
      const posts = {
        laptop: poster(`${laptop.url}/count-cars`, form),
        fastapi: poster(fastapi.url, form),
        fitting: poster(`${fastapi.url}?max_side=${MAX_SIDE}`, form),
        bare: poster(bare.url, { type: 'image/jpeg', bytes: jpeg }),
      };
      if (reports.length === 0) for (const post of Object.values(posts)) await times(FIRST_WARM_UP, post);
      reports.push({ width, height, ...(await measure(posts, runs)) });
    }
    return reports;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

type Post = () => Promise<void>;

/** Of a request. */
interface Body {
  readonly type: string;
  readonly bytes: Uint8Array;
}

async function formOf(jpeg: Buffer): Promise<Body> {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(jpeg)], { type: 'image/jpeg' }), 'cars.jpg');
  const encoded = new Response(form);
  return { type: encoded.headers.get('content-type') ?? '', bytes: await encoded.bytes() };
}

/**
 * By `http`, because `fetch` leaves Nagle's algorithm on: with the delayed acknowledgements of the system, the end of a
 * request then waits 40 ms now and then, whichever server it is for.
 */
function poster(url: string, { type, bytes }: Body): Post {
  const headers = { accept: 'application/json', 'content-type': type, 'content-length': bytes.length };
  const agent = new Agent({ keepAlive: true });
  return async () => {
    const sent = request(url, { method: 'POST', agent, headers }).end(bytes);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const body = await text(response);
    if (response.statusCode === 200) return;
    throw new Error(`Expected status 200 of ${url}, received ${response.statusCode}: ${body}`);
  };
}

async function measure(posts: ByServer<Post>, runs: number): Promise<Omit<FastApiReport, 'width' | 'height'>> {
  for (const post of Object.values(posts)) await together(post, WARM_UP);
  const singly = byServer<number[]>(() => []);
  const seconds = byServer(() => 0);
  for (let done = 0; done < runs; done += TURN) {
    for (const name of SERVERS)
      for (let run = 0; run < TURN; run++) singly[name].push(1000 * (await secondsOf(posts[name])));
    for (const name of SERVERS) seconds[name] += await secondsOf(() => together(posts[name], TURN * CALLERS));
  }
  const requests = singly.laptop.length * CALLERS;
  return {
    p50_ms: byServer((name) => median(singly[name])),
    requests_per_second: byServer((name) => requests / seconds[name]),
  };
}

function byServer<T>(of: (name: (typeof SERVERS)[number]) => T): Record<(typeof SERVERS)[number], T> {
  return { laptop: of('laptop'), fastapi: of('fastapi'), fitting: of('fitting'), bare: of('bare') };
}

async function times(count: number, post: Post): Promise<void> {
  for (let done = 0; done < count; done++) await post();
}

/** Sends requests by several callers at a time. */
async function together(post: Post, requests: number): Promise<void> {
  let left = requests;
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      await post();
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

const MEASURES: Readonly<Record<string, (report: FastApiReport) => ByServer<number>>> = {
  'one caller, p50, ms': ({ p50_ms }) => p50_ms,
  'four callers, requests/s': (report) => report.requests_per_second,
};

/** The comparison as text for a terminal. */
export function toFastApiTable(reports: readonly FastApiReport[], machine: string): string {
  const table = new Table({
    head: ['', ...reports.map(({ width, height }) => `${width}×${height}`)],
    colAligns: ['left', ...reports.map(() => 'right' as const)],
    style: { head: [], border: [] },
  });
  const row = (name: string, of: (report: FastApiReport) => number, digits = 1) =>
    table.push([name, ...reports.map((report) => of(report).toFixed(digits))]);
  for (const [what, of] of Object.entries(MEASURES)) {
    row(`${what}: laptop`, (report) => of(report).laptop);
    row(`${what}: FastAPI`, (report) => of(report).fastapi);
    row('laptop / FastAPI', (report) => of(report).laptop / of(report).fastapi, 2);
    row(`${what}: FastAPI, ${MAX_SIDE} px`, (report) => of(report).fitting);
    row(`laptop / FastAPI, ${MAX_SIDE} px`, (report) => of(report).laptop / of(report).fitting, 2);
    row(`${what}: library calls alone`, (report) => of(report).bare);
    row('library calls alone / FastAPI', (report) => of(report).bare / of(report).fastapi, 2);
  }
  return `${machine}\n\n${table}\n`;
}
