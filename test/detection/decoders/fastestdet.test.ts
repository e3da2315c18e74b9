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

const CELLS = SIDE / 16;

/** Planes of objectness, x, y, width, height and classes, four by four cells. */
function model(objects: readonly Planted[]) {
  const planes = Array.from({ length: 5 + LABELS.length }, () => new Float32Array(CELLS ** 2).fill(0.01));
  for (const object of objects) {
    const { x, y, width, height } = centred(object);
    const [column, row] = [Math.floor(x / 16), Math.floor(y / 16)];
    const cell = row * CELLS + column;
    const set = (plane: number, value: number) => planes[plane]?.fill(value, cell, cell + 1);
    set(0, object.score);
    set(1, Math.atanh(x / 16 - column));
    set(2, Math.atanh(y / 16 - row));
    set(3, logit(width / SIDE));
    set(4, logit(height / SIDE));
    // Where both are equal to the score, objectness⁰·⁶ · class⁰·⁴ is the score.
    set(5 + object.label, object.score);
  }
  const values = Float32Array.from(planes.flatMap((plane) => [...plane]));
  return { family: 'fastestdet', outputs: [{ name: '758', dims: [1, planes.length, CELLS, CELLS], values }] };
}

test('planes of cells become objects', async () => {
  expect(found(await detectPlanted(model(OBJECTS)))).toEqual(OBJECTS.map(inThousandths));
});

test('the score is objectness to the 0.6 times class to the 0.4', async () => {
  const { family, outputs } = model(OBJECTS.slice(0, 1));
  const values = outputs[0]?.values as Float32Array;
  const cell = values.indexOf(Math.fround(0.9));
  values[cell] = 0.5;
  const [detection] = await detectPlanted({ family, outputs });
  expect(detection?.confidence).toBeCloseTo(0.5 ** 0.6 * 0.9 ** 0.4, 6);
});

test('an objectness over 1 is rejected', async () => {
  const { family, outputs } = model(OBJECTS);
  outputs[0]?.values.fill(2, 0, 1);
  await expect(detectPlanted({ family, outputs })).rejects.toThrow(
    'Expected scores from 0 to 1 for the model\'s output "758", received 2',
  );
});

test('the manifest rejects an input whose sides are no multiples of 16', async () => {
  await expect(detectPlanted({ ...model(OBJECTS), input: { width: 70 } })).rejects.toThrow(
    'model.json input.width: expected a multiple of 16 for fastestdet, received 70',
  );
});
