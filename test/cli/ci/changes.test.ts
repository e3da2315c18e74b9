import { changesOf, successorsOf, usedPackages } from '../../../cli/ci/check/changes.ts';
import { countEndpoint, type Endpoint, predictEndpoint } from '../../../lib/config.ts';

const cars = (more: object = {}) => countEndpoint({ name: 'count-cars', model: 'nano', labels: ['car'], ...more });
const settings = (...endpoints: readonly [Endpoint, ...Endpoint[]]) => ({ endpoints });

test('files below models/ name their packages; a model card changes no answer', () => {
  expect(changesOf(['models/nano/model.json', 'models/nano/golden/a.jpg', 'models/big/MODEL_CARD.md'])).toEqual({
    packages: ['nano'],
    isCode: false,
  });
  expect(changesOf(['models/README.md', 'lib/endpoints.ts', 'docs/api.md'])).toEqual({ packages: [], isCode: false });
});

test.each(['functions/detection/nms.ts', 'layers/runtime/package.json', 'package.json', 'package-lock.json'])(
  '%s decides how every package answers',
  (file) => {
    expect(changesOf([file]).isCode).toBe(true);
  },
);

test('the packages of endpoints, each once', () => {
  const predict = predictEndpoint({ name: 'predict', models: ['wide', 'nano'] });
  expect(usedPackages(settings(cars(), predict))).toEqual(['nano', 'wide']);
});

describe('the models whose answers can have changed', () => {
  const none = { packages: [], isCode: false };

  test('none where package and thresholds are the same', () => {
    expect(successorsOf(settings(cars({ memoryMb: 3008 })), settings(cars()), none)).toEqual([]);
  });

  test('a changed package, with itself before', () => {
    const [one, ...more] = successorsOf(settings(cars()), settings(cars()), { packages: ['nano'], isCode: false });
    expect(one).toMatchObject({ after: { model: 'nano' }, before: { model: 'nano' } });
    expect(more).toEqual([]);
  });

  test('another package, and other thresholds', () => {
    const after = settings(cars({ model: 'big', confidence: 0.4 }));
    expect(successorsOf(after, settings(cars({ iou: 0.6 })), none)).toMatchObject([
      { after: { model: 'big', confidence: 0.4 }, before: { model: 'nano', iou: 0.6 } },
    ]);
  });

  test('a new endpoint, or one whose settings before are unknown, has no version before', () => {
    const trucks = cars({ name: 'count-trucks' });
    for (const before of [settings(cars()), undefined]) {
      const found = successorsOf(settings(trucks), before, none);
      expect(found).toEqual([{ endpoint: trucks, after: { model: 'nano' } }]);
    }
  });

  test('a predict endpoint compares each model with the same one', () => {
    const [after, before] = [['nano', 'big'] as const, ['nano'] as const].map((models) =>
      settings(predictEndpoint({ name: 'predict', models })),
    );
    expect(successorsOf(after as never, before, none)).toMatchObject([{ after: { model: 'big' } }]);
    expect(successorsOf(after as never, before, { packages: ['nano'], isCode: false })).toMatchObject([
      { after: { model: 'nano' }, before: { model: 'nano' } },
      { after: { model: 'big' } },
    ]);
  });

  test('an endpoint that a human answers runs no model', () => {
    expect(successorsOf(settings(cars({ answeredBy: 'human', model: 'big' })), settings(cars()), none)).toEqual([]);
  });
});
