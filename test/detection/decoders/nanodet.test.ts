import { removePackages } from '../fixtures/packages.ts';
import { detectPlanted, found, inThousandths, oneHot, type Planted, SIDE } from '../fixtures/planted.ts';

afterAll(removePackages);

const BINS = 8;

/**
 * Logits whose softmax has this mean over 0, 1, …: the two bins around it have all the weight. The others have nearly
 * none, because float32 cannot add e⁻⁴⁰ to 1.
 */
function distribution(mean: number): number[] {
  const below = Math.min(BINS - 2, Math.floor(mean));
  const share = mean - below;
  return Array.from({ length: BINS }, (_, bin) => {
    if (bin === below) return Math.log(Math.max(1 - share, 1e-18));
    return bin === below + 1 ? Math.log(Math.max(share, 1e-18)) : -40;
  });
}

/** An object at a cell of a stride's grid. */
interface Placed extends Planted {
  readonly stride: number;
  readonly column: number;
  readonly row: number;
}

/** Each with a cell whose corner and middle lie in it, on a stride of which no side is more than 7 away. */
const OBJECTS: readonly Placed[] = [
  { label: 0, score: 0.9, left: 4, top: 6, right: 28, bottom: 20, stride: 8, column: 2, row: 1 },
  { label: 2, score: 0.75, left: 26, top: 28, right: 60, bottom: 62, stride: 16, column: 2, row: 2 },
  { label: 1, score: 0.6, left: 0, top: 30, right: 18, bottom: 54, stride: 32, column: 0, row: 1 },
];

/** Class scores and distance logits of one stride, cell by cell. */
function level(stride: number, objects: readonly Placed[], place: (cell: number, stride: number) => number) {
  const columns = SIDE / stride;
  return Array.from({ length: columns ** 2 }, (_, cell) => {
    const [column, row] = [cell % columns, Math.floor(cell / columns)];
    const object = objects.find((each) => each.stride === stride && each.column === column && each.row === row);
    if (!object) return { classes: [0.01, 0.02, 0.01], distances: new Array(4 * BINS).fill(0) };
    const [x, y] = [place(column, stride), place(row, stride)];
    const sides = [x - object.left, y - object.top, object.right - x, object.bottom - y];
    return { classes: oneHot(object), distances: sides.flatMap((side) => distribution(side / stride)) };
  });
}

function pairs(
  strides: readonly number[],
  objects: readonly Placed[],
  place: (cell: number, stride: number) => number,
) {
  const levels = strides.map((stride) => level(stride, objects, place));
  const tensor = (name: string, width: number, rows: readonly (readonly number[])[]) => ({
    name,
    dims: [1, rows.length, width],
    values: Float32Array.from(rows.flat()),
  });
  return {
    family: 'nanodet',
    outputs: [
      ...levels.map((cells, index) =>
        tensor(
          `classes ${index}`,
          3,
          cells.map(({ classes }) => classes),
        ),
      ),
      ...levels.map((cells, index) =>
        tensor(
          `distances ${index}`,
          4 * BINS,
          cells.map(({ distances }) => distances),
        ),
      ),
    ],
  };
}

const middle = (cell: number, stride: number) => (cell + 0.5) * stride - 0.5;
const corner = (cell: number, stride: number) => cell * stride;

test('NanoDet: three strides, positions at the cells’ centres less half a pixel', async () => {
  expect(found(await detectPlanted(pairs([8, 16, 32], OBJECTS, middle)))).toEqual(OBJECTS.map(inThousandths));
});

test('NanoDet-Plus in pairs: four strides, positions at the cells’ corners', async () => {
  const [car, plant, apple] = OBJECTS as [Placed, Placed, Placed];
  const far = { ...apple, left: -60, top: -70, right: 64, bottom: 62, stride: 64, column: 0, row: 0 };
  const model = pairs([8, 16, 32, 64], [car, plant, far], corner);
  const expected = [car, plant, { ...far, left: 0, top: 0 }];
  expect(found(await detectPlanted(model))).toEqual(expected.map(inThousandths));
});

test('NanoDet-Plus in one output: class scores, then distances, stride after stride', async () => {
  const rows = [8, 16, 32, 64].flatMap((stride) =>
    level(stride, OBJECTS, corner).map(({ classes, distances }) => [...classes, ...distances]),
  );
  const outputs = [{ name: 'output', dims: [1, rows.length, 3 + 4 * BINS], values: Float32Array.from(rows.flat()) }];
  expect(found(await detectPlanted({ family: 'nanodet', outputs }))).toEqual(OBJECTS.map(inThousandths));
});

test('scores that are logits are rejected', async () => {
  const { outputs, family } = pairs([8, 16, 32], OBJECTS, middle);
  outputs[0]?.values.fill(-3);
  await expect(detectPlanted({ family, outputs })).rejects.toThrow(
    'Expected scores from 0 to 1 for the model\'s output "classes 0", received -3',
  );
});

test('the manifest rejects another number of outputs', async () => {
  const { outputs, family } = pairs([8, 16, 32], OBJECTS, middle);
  await expect(detectPlanted({ family, outputs: outputs.slice(0, 4) })).rejects.toThrow(
    /model\.json outputs: expected 1 or 6 or 8 outputs for nanodet, received/,
  );
});
