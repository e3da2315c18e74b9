import sharp from 'sharp';
import { answerHttp } from '../../functions/detect/router.ts';
import { golden } from '../journeys/pictures.ts';
import { invocation, PREDICT, testContext } from './fixtures/context.ts';
import { httpEvent, type TestRequest } from './fixtures/events.ts';
import { ODD_INPUTS } from './fixtures/odd-inputs.ts';

async function answer(request: TestRequest) {
  const event = await httpEvent(request);
  const context = event.rawPath === '/predict' ? testContext(PREDICT) : testContext();
  const { statusCode, headers = {}, body = '' } = await answerHttp(event, invocation(), context);
  return { status: statusCode, headers, answer: JSON.parse(body) };
}

const jpeg = (body: Uint8Array): TestRequest => ({
  body: new Uint8Array(body),
  headers: { 'content-type': 'image/jpeg' },
});

test('the table has at least forty', () => expect(ODD_INPUTS.length).toBeGreaterThanOrEqual(40));

test.each(ODD_INPUTS.map((input) => [input.name, input] as const))(
  '%s',
  async (_name, { request, status, problem, fault }) => {
    const found = await answer(await request());
    const { answer: body } = found;
    expect([found.status, body.type]).toEqual([status, problem && `/docs#${problem}`]);
    if (problem) {
      expect(found.headers['content-type']).toBe('application/problem+json');
      const texts = { title: expect.any(String), instance: expect.any(String), errors: expect.any(Array) };
      expect(body).toMatchObject({ status, ...texts });
      expect(JSON.stringify(body)).not.toMatch(/node_modules|\.ts:|\/var\/task|at Object/);
    }
    if (fault) {
      expect(body.errors[0].field).toBe(fault.field);
      expect(body.errors[0].received).toMatch(fault.received ?? /./);
    }
  },
);

test('the next request after all odd ones is answered', async () => {
  const { answer: body } = await answer(jpeg(golden('empty-road.jpg')));
  expect(body.count).toBe(0);
});

test('every orientation counts the same cars in the upright picture', async () => {
  const { answer: upright } = await answer(jpeg(golden('cars.jpg')));
  for (const orientation of [2, 3, 4, 5, 6, 7, 8]) {
    const turned = await sharp(await turnedBack(orientation))
      .withMetadata({ orientation })
      .jpeg({ quality: 95 })
      .toBuffer();
    const { answer: body } = await answer(jpeg(turned));
    expect({ orientation, image: body.image, count: body.count }).toEqual({
      orientation,
      image: upright.image,
      count: 3,
    });
  }
});

/** Pixels as a camera stores them, so that EXIF's orientation turns them upright: degrees clockwise, then mirrored. */
const STORED: Record<number, readonly [number, boolean]> = {
  2: [0, true],
  3: [180, false],
  4: [180, true],
  5: [90, true],
  6: [270, false],
  7: [270, true],
  8: [90, false],
};

async function turnedBack(orientation: number): Promise<Buffer> {
  const [degrees, mirrored] = STORED[orientation] ?? [0, false];
  const turned = await sharp(golden('cars.jpg')).rotate(degrees).png().toBuffer();
  return sharp(turned).flop(mirrored).png().toBuffer();
}
