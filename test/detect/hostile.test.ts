import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { hostileRequest } from '../../bench/hostile/bodies.ts';
import { faultsOf } from '../../bench/hostile/judge.ts';
import { validPictures } from '../../bench/hostile/pictures.ts';
import { functionProcesses } from '../../bench/hostile/processes.ts';
import { Random } from '../../bench/hostile/random.ts';
import { problemSchema } from '../../functions/api/schemas.ts';
import { answerHttp } from '../../functions/detect/router.ts';
import { golden } from '../journeys/pictures.ts';
import { invocation, testContext } from './fixtures/context.ts';
import { httpEvent } from './fixtures/events.ts';

const REQUESTS = 250;

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
  const steady = [100, 300, 200, 300, 310, 305, 312, 300].map((megabytes) => megabytes * 1024);

  test.each<[string, Parameters<typeof faultsOf>, string[]]>([
    ['is right', [[answer], steady], []],
    ['has a server error', [[{ ...answer, status: 500 }], steady], ['request 7 (form): 500 in 12 ms']],
    ['has a slow answer', [[{ ...answer, ms: 3001 }], steady], ['request 7 (form): 400 in 3001 ms']],
    ['lost its process', [[answer], [...steady, undefined]], ['the process of the function ended']],
    ['grew', [[answer], [...steady.slice(0, 7), 400 * 1024]], ['the function grew from 310 MB to 400 MB']],
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
});
