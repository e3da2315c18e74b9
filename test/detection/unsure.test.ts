import { detect } from '../../functions/detection/detect.ts';
import type { Model } from '../../functions/detection/model.ts';
import { golden, loadCounterNano } from './fixtures/packages.ts';

let model: Model;
let picture: Uint8Array;
beforeAll(async () => {
  [model, picture] = [await loadCounterNano(), await golden('cars')];
});

const answer = (options: object = {}) => detect(model, picture, { annotate: false, measure: true, ...options });
const rounded = (confidence: number) => Number(confidence.toFixed(2));

test.each([
  [0.2, undefined],
  [0.5, undefined],
  [0.9, undefined],
  [0.5, ['potted plant']],
])('candidates under the threshold %d are those of %j that a lower one would serve', async (confidence, labels) => {
  const only = labels && { labels };
  const [high, low] = [await answer({ confidence, ...only }), await answer({ confidence: 0.05, ...only })];
  const expected = low.detections.slice(high.detections.length).map((detection) => rounded(detection.confidence));
  expect(expected.length).toBeGreaterThan(0);
  expect(high.unsure).toEqual(expected.slice(0, 20));
});

test('recording them changes no detection', async () => {
  const { detections } = await detect(model, picture, { annotate: false });
  expect((await answer()).detections).toEqual(detections);
});

test('without measures, none are recorded', async () => {
  expect(await answer({ measure: false })).not.toHaveProperty('unsure');
});
