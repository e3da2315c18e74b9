import { removePackages } from '../fixtures/packages.ts';
import {
  centred,
  detectPlanted,
  found,
  inThousandths,
  LABELS,
  logit,
  OBJECTS,
  type Planted,
  SIDE,
} from '../fixtures/planted.ts';

afterAll(removePackages);

/** Two queries without an object, after those with one. */
const IDLE = 2;

function boxesOf(objects: readonly Planted[]) {
  const rows = objects.map((object) => {
    const { x, y, width, height } = centred(object);
    return [x, y, width, height].map((value) => value / SIDE);
  });
  const values = Float32Array.from([...rows.flat(), ...new Array(4 * IDLE).fill(0.5)]);
  return { name: 'pred_boxes', dims: [1, objects.length + IDLE, 4], values };
}

/** Logits whose softmax gives the object's class its score, and "no object" nearly all the rest. */
function softmaxLogits({ label, score }: Planted): number[] {
  const rest = (1 - score) / 100;
  const shares = LABELS.map((_, index) => (index === label ? score : rest));
  const none = 1 - shares.reduce((sum, share) => sum + share, 0);
  // Because a softmax is invariant to a shift, no logit needs to be near 0.
  return [...shares, none].map((share) => Math.log(share) + 20);
}

function sigmoidLogits({ label, score }: Planted): number[] {
  return LABELS.map((_, index) => (index === label ? logit(score) : -6));
}

function model(family: string, objects: readonly Planted[], logits: (object: Planted) => number[], idle: number[]) {
  const values = Float32Array.from([...objects.flatMap(logits), ...idle, ...idle]);
  const dims = [1, objects.length + IDLE, idle.length];
  return { family, outputs: [{ name: 'logits', dims, values }, boxesOf(objects)] };
}

test('DETR: the softmax among all classes and "no object"', async () => {
  const detections = await detectPlanted(model('detr', OBJECTS, softmaxLogits, [-5, -5, -5, 9]));
  expect(found(detections)).toEqual(OBJECTS.map(inThousandths));
});

test('RT-DETR, D-FINE, RF-DETR: the sigmoid of each class', async () => {
  const detections = await detectPlanted(model('rt-detr', OBJECTS, sigmoidLogits, [-7, -7, -7]));
  expect(found(detections)).toEqual(OBJECTS.map(inThousandths));
});

test('"no object" is no class, even where it is the most likely', async () => {
  const none = model('detr', OBJECTS.slice(0, 1), () => [1, 0, 0, 8], [-5, -5, -5, 9]);
  expect(await detectPlanted(none)).toEqual([]);
});

test('logits far from 0 stay finite', async () => {
  const [detection] = await detectPlanted(model('detr', OBJECTS.slice(0, 1), () => [900, 0, -900, 100], [0, 0, 0, 50]));
  expect(detection).toMatchObject({ label: 'car', confidence: 1 });
});

test('each family rejects the other’s logits', async () => {
  await expect(detectPlanted({ ...model('rt-detr', OBJECTS, softmaxLogits, [0, 0, 0, 9]) })).rejects.toThrow(
    'output "logits": expected the shape [1,any,3] as in model.json, received [1,5,4]',
  );
});

test('boxes far beyond the picture are clipped to it', async () => {
  const huge = { ...(OBJECTS[0] as Planted), left: -500, top: -500, right: 900, bottom: 900 };
  const detections = await detectPlanted(model('rt-detr', [huge], sigmoidLogits, [-7, -7, -7]));
  expect(found(detections)).toEqual([inThousandths({ ...huge, left: 0, top: 0, right: SIDE, bottom: SIDE })]);
});
