import { createHash } from 'node:crypto';
import { hostileRequest } from '../../bench/hostile/bodies.ts';
import { validPictures } from '../../bench/hostile/pictures.ts';
import { Random } from '../../bench/hostile/random.ts';
import { problemSchema } from '../../functions/api/schemas.ts';
import { answerHttp } from '../../functions/detect/router.ts';
import { golden } from '../journeys/pictures.ts';
import { invocation, testContext } from './fixtures/context.ts';
import { httpEvent } from './fixtures/events.ts';

const REQUESTS = 400;

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
