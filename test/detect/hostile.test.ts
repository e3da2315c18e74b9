import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { hostileRequest } from '../../bench/hostile/bodies.ts';
import { faultsOf, type Sample } from '../../bench/hostile/judge.ts';
import { validPictures } from '../../bench/hostile/pictures.ts';
import { functionProcesses } from '../../bench/hostile/processes.ts';
import { Random } from '../../bench/hostile/random.ts';
import { retainedBy } from '../../bench/hostile/retained.ts';
import { problemSchema } from '../../functions/api/schemas.ts';
import { answerHttp } from '../../functions/detect/router.ts';
import { golden } from '../journeys/pictures.ts';
import { invocation, testContext } from './fixtures/context.ts';
import { httpEvent } from './fixtures/events.ts';

const REQUESTS = 250;

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

test(`${REQUESTS} hostile bodies are answered, none by a server error`, async () => {
  const valid = await validPictures(golden('cars.jpg'));
  const random = new Random(12);
  const context = testContext();
  const statuses = new Map<string, number>();
  for (const index of Array(REQUESTS).keys()) {
    const { kind, query, headers, body } = hostileRequest(valid, random);
    const event = await httpEvent({ path: '/count-cars', body: new Uint8Array(body), headers });
    const sent = { ...event, rawQueryString: query.slice(1), isBase64Encoded: true };
    const { statusCode = 0, body: answer = '' } = await answerHttp(sent, invocation(), context);
    if (statusCode >= 400) problemSchema.parse(JSON.parse(answer));
    const isExpected = [200, 303, 400, 406, 413, 415, 422].includes(statusCode);
    expect({ index, kind, isExpected }).toEqual({ index, kind, isExpected: true });
    expect(answer.length).toBeLessThan(6_000_000);
    statuses.set(`${kind} ${statusCode}`, (statuses.get(`${kind} ${statusCode}`) ?? 0) + 1);
  }
  // Of each kind, some were taken and some refused: else the bodies would test nothing.
  for (const kind of ['picture', 'form', 'json', 'coded']) {
    expect([kind, (statuses.get(`${kind} 200`) ?? 0) > 0]).toEqual([kind, true]);
    expect([kind, (statuses.get(`${kind} 400`) ?? 0) > 0]).toEqual([kind, true]);
  }
}, 60_000);

test('the same seed gives the same bodies', async () => {
  const valid = await validPictures(golden('cars.jpg'));
  const bodies = (seed: number) => {
    const random = new Random(seed);
    const hash = createHash('sha256');
    for (const _ of Array(20).keys()) hash.update(hostileRequest(valid, random).body);
    return hash.digest('hex');
  };
  expect(bodies(7)).toBe(bodies(7));
  expect(bodies(7)).not.toBe(bodies(8));
});

describe('a run of hostile requests', () => {
  const answer = { index: 7, kind: 'form', status: 400, ms: 12 } as const;
  /** Eight samples of what the function keeps, its resident memory, and what the laptop keeps. */
  const run = (kept: readonly number[], resident: readonly number[], laptop: readonly number[]): Sample[] =>
    kept.map((megabytes, index) => ({
      requests: 1000 * (index + 1),
      worker: { heap: megabytes * 1000, external: megabytes * 24, resident: (resident[index] ?? 0) * 1024 },
      laptop: { heap: (laptop[index] ?? 0) * 1024, external: 5000, resident: 0 },
    }));
  const flat = [23, 25, 26, 25, 25, 25, 26, 26];
  const fragmented = [190, 200, 205, 200, 210, 205, 220, 210];
  const listed = [20, 20.1, 20.3, 20.4, 20.6, 20.7, 20.9, 21];
  const steady = run(flat, fragmented, listed);
  const emptied = { heap: 20.5 * 1024, external: 5000, resident: 0 };
  const lost = steady.map((sample, index) => (index < 5 ? sample : { ...sample, worker: undefined }));

  test.each<[string, Parameters<typeof faultsOf>, string[]]>([
    ['is right', [[answer], steady, emptied], []],
    ['has a server error', [[{ ...answer, status: 500 }], steady, emptied], ['request 7 (form): 500 in 12 ms']],
    ['has a slow answer', [[{ ...answer, ms: 3001 }], steady, emptied], ['request 7 (form): 400 in 3001 ms']],
    ['lost its process', [[answer], lost, emptied], ['the process of the function ended']],
    [
      'leaves objects',
      [[answer], run([25, 25, 26, 26, 26, 26, 27, 27], fragmented, listed), emptied],
      ['the function keeps 25.0 MB large, later 27.0 MB'],
    ],
    [
      'leaves native memory',
      [[answer], run(flat, [190, 200, 205, 200, 210, 215, 220, 226], listed), emptied],
      ['the function is 205.0 MB large, later 226.0 MB'],
    ],
    [
      'leaves objects in the laptop',
      [[answer], run(flat, fragmented, [20, 21, 22, 23, 24, 25, 26, 27]), emptied],
      ['the laptop keeps 1.0 KB of each request'],
    ],
    [
      'leaves memory in the laptop without its objects',
      [[answer], steady, { ...emptied, heap: 22 * 1024 }],
      ['without the objects of the run, the laptop is 24.9 MB large, later 26.9 MB'],
    ],
  ])('%s', (_what, input, faults) => expect(faultsOf(...input)).toEqual(faults));

  test('finds the processes of functions, with their memory', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()', 'bootstrap.mjs'], { stdio: 'pipe' });
    await once(child, 'spawn');
    const found = functionProcesses(process.pid).get(child.pid as number);
    expect(found).toMatchObject({ pid: child.pid, memory: expect.any(Number), time: expect.stringMatching(/:\d\d/) });
    child.stdin.end();
    await once(child, 'close');
    expect(functionProcesses(process.pid).has(child.pid as number)).toBe(false);
  });

  test('reads what a process keeps, without its garbage, and several times', async () => {
    const port = await freePort();
    const code = 'globalThis.kept = Buffer.alloc(30e6, 1); setInterval(() => console.log("x".repeat(1e6).length), 5)';
    const child = spawn(process.execPath, [`--inspect-port=${port}`, '-e', code]);
    // Because a process that is still starting ends on SIGUSR1.
    await once(child.stdout.resume(), 'data');
    for (const _ of [1, 2]) {
      const { heap, external, resident } = await retainedBy(child.pid as number, port);
      expect(external).toBeGreaterThan(29_000);
      expect(heap).toBeLessThan(20_000);
      expect(resident).toBeGreaterThan(external);
    }
    child.kill();
    await once(child, 'close');
  });
});
