import { parseTruth, readTruth, TruthError } from '../../../functions/truth/truth-file.ts';

const COCO = {
  images: [
    { id: 7, file_name: 'a.jpg', width: 640, height: 480 },
    { id: 8, file_name: 'b.jpg', width: 640, height: 480 },
  ],
  annotations: [
    { id: 1, image_id: 7, category_id: 3, bbox: [10, 20, 30, 40], iscrowd: 0, area: 900.5 },
    { id: 2, image_id: 7, category_id: 5, bbox: [0, 0, 300, 200], iscrowd: 1, area: 50000 },
  ],
  categories: [
    { id: 3, name: 'car' },
    { id: 5, name: 'apple' },
  ],
};

describe('COCO annotations', () => {
  const [first, second] = parseTruth('truth.json', COCO);

  test('boxes with their areas and crowds', () => {
    expect(first).toMatchObject({ file: 'a.jpg', size: { width: 640, height: 480 } });
    expect(first?.boxes).toEqual([
      { label: 'car', box: { x: 10, y: 20, width: 30, height: 40 }, crowd: false, area: 900.5 },
      { label: 'apple', box: { x: 0, y: 0, width: 300, height: 200 }, crowd: true, area: 50000 },
    ]);
  });

  test('counts: every category, 0 without objects, absent with a crowd', () => {
    expect(first?.counts).toEqual({ car: 1 });
    expect(second?.counts).toEqual({ car: 0, apple: 0 });
    expect(second?.judged).toEqual(new Set(['car', 'apple']));
  });

  test('without area and iscrowd: the box’s area, no crowd', () => {
    const annotations = [{ image_id: 7, category_id: 3, bbox: [1, 2, 30, 40] }];
    expect(parseTruth('t', { ...COCO, annotations })[0]?.boxes?.[0]).toMatchObject({ crowd: false, area: 1200 });
  });

  test('repeated ids of images and categories are reported', () => {
    const images = [...COCO.images, { id: 7, file_name: 'c.jpg' }];
    const categories = [...COCO.categories, { id: 5, name: 'plant' }];
    expect(() => parseTruth('t.json', { ...COCO, images, categories })).toThrow(
      new TruthError('t.json', [
        'images.2.id: Expected each id once, received 7 again',
        'categories.2.id: Expected each id once, received 5 again',
      ]),
    );
  });

  test('all unknown ids are reported', () => {
    const annotations = [
      { image_id: 9, category_id: 3, bbox: [1, 2, 3, 4] },
      { image_id: 7, category_id: 4, bbox: [1, 2, 3, 4] },
    ];
    expect(() => parseTruth('t.json', { ...COCO, annotations })).toThrow(
      new TruthError('t.json', [
        'annotations.0.image_id: Expected an id of images, received 9',
        'annotations.1.category_id: Expected an id of categories, received 4',
      ]),
    );
  });
});

test('photos of this project: boxes of all labels of the file, and counts without boxes', () => {
  const photos = parseTruth('t', {
    coco: [
      { file: 'a.jpg', width: 10, height: 20, boxes: [{ label: 'dog', box: [1, 2, 3, 4], crowd: 0 }] },
      { file: 'b.jpg', width: 10, height: 20, boxes: [{ label: 'cat', box: [1, 2, 3, 4], crowd: 1 }] },
    ],
    counts_by_eye: { 'c.jpg': { apple: 3 } },
  });
  expect(photos.map(({ file, counts, judged }) => ({ file, counts, judged: [...judged] }))).toEqual([
    { file: 'a.jpg', counts: { dog: 1, cat: 0 }, judged: ['dog', 'cat'] },
    { file: 'b.jpg', counts: { dog: 0 }, judged: ['dog', 'cat'] },
    { file: 'c.jpg', counts: { apple: 3 }, judged: ['apple'] },
  ]);
  expect(photos[2]?.boxes).toBeUndefined();
});

test('pictures of this project have one label each', () => {
  const boxes = [{ x: 57, y: 241, width: 175, height: 158 }];
  const [picture] = parseTruth('t', { 'apples.jpg': { width: 960, height: 640, label: 'apple', count: 1, boxes } });
  expect(picture).toEqual({
    file: 'apples.jpg',
    size: { width: 960, height: 640 },
    boxes: [{ label: 'apple', box: boxes[0], crowd: false, area: 175 * 158 }],
    counts: { apple: 1 },
    judged: new Set(['apple']),
  });
});

describe('an invalid truth', () => {
  test.each([
    [[], 'Expected an object with "annotations" (COCO), "coco", or pictures by file name, received []'],
    ['cars', 'Expected an object with "annotations" (COCO), "coco", or pictures by file name, received "cars"'],
    [{ ...COCO, annotations: [{ image_id: 7, category_id: 3, bbox: [1, 2, -3, 4] }] }, 'annotations.0.bbox.2: '],
    [{ ...COCO, images: [] }, 'images: '],
    [
      { ...COCO, images: [COCO.images[0], { ...COCO.images[0], id: 9 }] },
      'Expected each photo once, received a.jpg twice',
    ],
    [{ coco: [{ file: 'a.jpg', width: 10, height: 0, boxes: [] }] }, 'coco.0.height: '],
    [{ 'a.jpg': { width: 10, height: 10, label: 'car', count: 1.5, boxes: [] } }, 'a.jpg.count: '],
  ])('%j', (value, message) => {
    expect(() => parseTruth('truth.json', value)).toThrow(message);
    expect(() => parseTruth('truth.json', value)).toThrow(TruthError);
  });

  test('a missing file, and one that is not JSON', async () => {
    await expect(readTruth('no/such/truth.json')).rejects.toThrow(
      /^truth no\/such\/truth\.json:\n {2}Expected a readable file, received ENOENT/,
    );
    await expect(readTruth('LICENSE')).rejects.toThrow(/Expected JSON, received/);
  });
});
