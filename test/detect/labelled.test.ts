import { answerLabelled } from '../../functions/detect/labelled.ts';
import { golden } from '../journeys/pictures.ts';
import { COUNT_CARS, invocation, type TestContext, testContext } from './fixtures/context.ts';

const EVENT = { kind: 'labelled', photo: 'mine/cars.jpg' } as const;
const KEY = 'labels/count-cars/mine/cars.jpg';

const answer = (context: TestContext) =>
  answerLabelled(EVENT, invocation({ release: { function_version: '8', alias: null } }), context);

function withPhoto(bytes: Uint8Array, settings = COUNT_CARS): TestContext {
  const context = testContext(settings);
  context.bucket.stored.set(KEY, { bytes });
  return context;
}

test('a labelled photo is answered as served, with the size of the picture', async () => {
  expect(await answer(withPhoto(golden('cars.jpg')))).toMatchObject({
    status: 'done',
    function_version: '8',
    detections: [{ label: 'car' }, { label: 'car' }, { label: 'car' }],
    image: { width: expect.any(Number), height: expect.any(Number) },
    timing_ms: { total: expect.any(Number) },
  });
  const strict = withPhoto(golden('cars.jpg'), { ...COUNT_CARS, confidence: 0.98 });
  expect(await answer(strict)).toMatchObject({ detections: [] });
});

test('it stores and records nothing', async () => {
  const context = withPhoto(golden('cars.jpg'));
  await answer(context);
  expect([context.bucket.writes, context.records]).toEqual([[], []]);
});

test('a photo that is missing or no picture is said so', async () => {
  expect(await answer(testContext())).toEqual({ status: 'gone', function_version: '8' });
  expect(await answer(withPhoto(Buffer.from('no picture')))).toMatchObject({
    status: 'failed',
    problem: { status: 415 },
  });
});
