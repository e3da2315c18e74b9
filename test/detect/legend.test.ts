/** Labels that the typeface of annotated pictures does not have. */

import { KEYS } from '../../functions/contract.ts';
import { answerHttp } from '../../functions/detect/router.ts';
import { golden } from '../journeys/pictures.ts';
import { invocation, PREDICT, testContext } from './fixtures/context.ts';
import { httpEvent } from './fixtures/events.ts';

// Because contexts share their models.
afterEach(() => jest.restoreAllMocks());

/** A context whose model has this name for cars. */
async function named(label: string) {
  const { labels: _cars, ...settings } = PREDICT;
  const context = testContext(settings);
  const model = await context.models.load();
  const labels = model.manifest.labels.map((each) => (each === 'car' ? label : each));
  const renamed = Object.create(model, { manifest: { value: { ...model.manifest, labels } } });
  jest.spyOn(context.models, 'load').mockResolvedValue(renamed);
  return { context, caption: `#${model.manifest.labels.indexOf('car')}` };
}

async function send(context: Awaited<ReturnType<typeof named>>['context'], accept: string) {
  const request = {
    path: '/predict?model=counter-nano',
    body: golden('cars.jpg'),
    headers: { accept, 'content-type': 'image/jpeg' },
  };
  return answerHttp(await httpEvent(request, { routeKey: 'POST /predict' }), invocation(), context);
}

test('a label in another script is in the legend: of JSON, of the stored result, and of a picture', async () => {
  const { context, caption } = await named('自動車');
  const { body = '' } = await send(context, 'application/json');
  const answer = JSON.parse(body);
  expect(answer).toMatchObject({
    counts: { 自動車: expect.any(Number) },
    annotated_image: { legend: { [caption]: '自動車' } },
  });
  const stored = await answerHttp(
    await httpEvent({ method: 'GET' }, { routeKey: 'GET /predict/predictions/{id}', id: answer.id }),
    invocation(),
    context,
  );
  expect(JSON.parse(stored.body ?? '').annotated_image.legend).toEqual({ [caption]: '自動車' });
  expect(context.bucket.json(KEYS.result('predict', answer.id))).toMatchObject({
    annotated: { legend: { [caption]: '自動車' } },
  });
  const { headers } = await send(context, 'image/jpeg');
  expect(headers).toMatchObject({
    'content-type': 'image/jpeg',
    'x-legend': `${caption}=%E8%87%AA%E5%8B%95%E8%BB%8A`,
  });
});

test.each(['car', 'Größe'])('of %s there is no legend', async (label) => {
  const { context } = await named(label);
  expect(JSON.parse((await send(context, 'application/json')).body ?? '').annotated_image).not.toHaveProperty('legend');
  expect((await send(context, 'image/jpeg')).headers).not.toHaveProperty('x-legend');
});

test.each(['\ud83d', `${'長'.repeat(3000)}`])(
  'a header holds no half of a character, and 4,000 at most',
  async (label) => {
    const { context } = await named(label);
    const { headers = {} } = await send(context, 'image/jpeg');
    expect(headers['x-legend']).toMatch(/^(#\d+=%EF%BF%BD)?$/);
  },
);
