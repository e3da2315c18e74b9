/** Every broken entry of a file is named, with its place, all at once. */

import { coco } from '../../../cli/labels/formats/coco.ts';
import { cvat } from '../../../cli/labels/formats/cvat.ts';
import type { LabelFormat } from '../../../cli/labels/formats/format.ts';
import { labelStudio } from '../../../cli/labels/formats/label-studio.ts';
import { yolo } from '../../../cli/labels/formats/yolo.ts';
import { idOf } from './label-set.ts';

const [first, second] = [idOf(0), idOf(1)];
const picture = (id: string) => ({ id, file: `${id}.jpg`, width: 100, height: 50, answers: [], preLabels: [] });
const set = {
  endpoint: 'count-cars',
  folder: 'x',
  labels: ['car', 'bus'],
  pictures: [picture(first), picture(second)],
};

/** The faults in the message of an error, without the first line. */
function faultsOf(format: LabelFormat, files: Readonly<Record<string, string>>): readonly string[] {
  try {
    format.read(
      Object.entries(files).map(([path, text]) => ({ path, text })),
      set,
    );
    return [];
  } catch (error) {
    expect((error as Error).name).toBe('LabelFileError');
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
}

test('COCO: unknown pictures, categories and labels, sizes, boxes outside, and pictures that come twice', () => {
  const content = {
    images: [
      { id: 1, file_name: `${first}.jpg`, width: 100, height: 50 },
      { id: 2, file_name: 'holiday.jpg' },
      { id: 3, file_name: `images/${second}.jpg`, width: 640, height: 320 },
      { id: 4, file_name: `copy/${first}.png` },
    ],
    categories: [
      { id: 1, name: 'car' },
      { id: 2, name: 'tree' },
    ],
    annotations: [
      { image_id: 1, category_id: 1, bbox: [90, 10, 20, 20] },
      { image_id: 1, category_id: 2, bbox: [0, 0, 10, 10] },
      { image_id: 1, category_id: 7, bbox: [0, 0, 10, 0] },
      { image_id: 9, category_id: 1, bbox: [0, 0, 10, 10] },
      { image_id: 1, category_id: 1, bbox: [-0.4, 0, 100.9, 50] },
    ],
  };
  expect(faultsOf(coco, { 'a.json': JSON.stringify(content) })).toEqual([
    'annotations.3.image_id: Expected an id of images, received 9',
    'annotations.0.bbox: Expected a box with an area inside of 100 × 50 pixels, ' +
      'received x 90, y 10, width 20, height 20',
    'annotations.1.category_id: Expected one of the labels car, bus (others: export with --labels), received tree',
    'annotations.2.category_id: Expected an id of categories, received 7',
    'annotations.2.bbox: Expected a box with an area inside of 100 × 50 pixels, ' +
      'received x 0, y 0, width 10, height 0',
    'images.1.file_name: Expected the name of an exported picture, received holiday.jpg',
    'images.2: Expected the exported size 100 × 50, not resized, received 640 × 320',
    `pictures: Expected each picture once, received ${first}`,
  ]);
});

test('COCO: a box that rounding has moved out of the picture is moved back, and other fields of CVAT are read', () => {
  const content = {
    images: [{ id: 1, file_name: `${first}.jpg` }],
    categories: [{ id: 5, name: 'bus' }],
    annotations: [
      { image_id: 1, category_id: 5, bbox: [-0.4, 0, 100.9, 50], attributes: { score: '0.5', version: 7 } },
      { image_id: 1, category_id: 5, bbox: [0, 0, 9, 9], iscrowd: 1 },
    ],
  };
  expect(coco.read([{ path: 'a.json', text: JSON.stringify(content) }], set)).toEqual([
    {
      id: first,
      boxes: [
        { label: 'bus', box: { x: 0, y: 0, width: 100, height: 50 }, score: 0.5, version: '7' },
        { label: 'bus', box: { x: 0, y: 0, width: 9, height: 9 }, crowd: true },
      ],
    },
  ]);
});

test('COCO: not JSON, other fields, two files', () => {
  expect(faultsOf(coco, { 'a.json': '{ "annotations": ' })[0]).toMatch(/^Expected JSON, received /);
  expect(faultsOf(coco, { 'a.json': '{ "annotations": [{ "image_id": "1" }] }' })).toEqual([
    'images: Expected array, received nothing',
    'annotations.0.image_id: Expected number, received 1',
    'annotations.0.category_id: Expected number, received nothing',
    'annotations.0.bbox: Expected tuple, received nothing',
    'categories: Expected array, received nothing',
  ]);
  const one = '{ "annotations": [] }';
  expect(faultsOf(coco, { 'train.json': one, 'val.json': one })).toEqual([
    'Expected one JSON file with "annotations", received train.json, val.json',
  ]);
});

test('YOLO: polygons, unknown classes and pictures, boxes outside, no names', () => {
  const files = {
    'data.yaml': 'names: {0: car, 1: tree}',
    [`labels/train/${first}.txt`]: '0 0.5 0.5 0.2 0.2\n\n0 0.5 0.5 0.2 0.2 0.9\n2 0.5 0.5 0.2 0.2\n1 0.5 0.5 0.2 0.2',
    [`labels/val/${second}.txt`]: '0 0.95 0.5 0.2 0.2',
    'labels/holiday.txt': '0 0.5 0.5 1 1',
    'train.txt': `images/${first}.jpg`,
  };
  expect(faultsOf(yolo, files)).toEqual([
    `labels/train/${first}.txt:3: Expected five numbers (class, centre x and y, width, height), no polygon, ` +
      'received 0 0.5 0.5 0.2 0.2 0.9',
    `labels/train/${first}.txt:4: Expected a class of 0, 1, received 2`,
    `labels/train/${first}.txt:5: Expected one of the labels car, bus (others: export with --labels), received tree`,
    `labels/val/${second}.txt:1: Expected a box with an area inside of 100 × 50 pixels, ` +
      'received x 85, y 20, width 20, height 10',
    'labels/holiday.txt: Expected the name of an exported picture, received labels/holiday.txt',
  ]);
  expect(faultsOf(yolo, { 'labels/a.txt': '' })).toEqual([
    'Expected data.yaml, classes.txt or obj.names, received none',
  ]);
  expect(faultsOf(yolo, { 'data.yaml': 'names: 3' })).toEqual([expect.stringMatching(/^names: Invalid input/)]);
});

test('YOLO: names of other programs; a picture without a file is not labelled, one with an empty file is empty', () => {
  const files = { 'classes.txt': 'bus\r\ncar\r\n', [`labels/0a1b2c3d-${first}.txt`]: '' };
  const read = (more: object) =>
    yolo.read(
      Object.entries({ ...files, ...more }).map(([path, text]) => ({ path, text })),
      set,
    );
  expect(read({})).toEqual([{ id: first, boxes: [] }]);
  const box = { x: 40, y: 20, width: 20, height: 10 };
  expect(read({ [`labels/${second}.txt`]: '1 0.5 0.5 0.2 0.2\r\n' })[1]).toEqual({
    id: second,
    boxes: [{ label: 'car', box }],
  });
});

const rectangle = { x: 10, y: 10, width: 50, height: 50, rotation: 0, rectanglelabels: ['car'] };
const region = (value: object, more = {}) => ({ type: 'rectanglelabels', value: { ...rectangle, ...value }, ...more });
const task = (id: string, ...results: readonly object[]) => ({
  data: { image: `/data/upload/1/0a1b2c3d-${id}.jpg` },
  annotations: [{ result: results }],
});

test('Label Studio: other shapes, turned boxes, unknown labels, boxes outside, sizes', () => {
  const tasks = [
    task(first, region({ rotation: 5 }), region({}, { type: 'polygonlabels' }), region({ rectanglelabels: ['tree'] })),
    task(second, region({ x: 80 }), region({}, { original_width: 50, original_height: 50 })),
    task('holiday'),
  ];
  const label = 'Expected one of the labels car, bus (others: export with --labels), received tree';
  expect(faultsOf(labelStudio, { 'project.json': JSON.stringify(tasks) })).toEqual([
    expect.stringMatching(/^0\.annotations\.0\.result\.0: Expected an upright rectangle with one label/),
    expect.stringMatching(/^0\.annotations\.0\.result\.1: Expected an upright rectangle .*"type":"polygonlabels"/),
    `0.annotations.0.result.2.value.rectanglelabels: ${label}`,
    '1.annotations.0.result.0.value: Expected a box with an area inside of 100 × 50 pixels, ' +
      'received x 80, y 5, width 50, height 25',
    '1.annotations.0.result.1: Expected the exported size 100 × 50, not resized, received 50 × 50',
    '2.data.image: Expected the name of an exported picture, received /data/upload/1/0a1b2c3d-holiday.jpg',
  ]);
});

test('Label Studio: skipped tasks have no labels; of annotations the ground truth counts, else the latest', () => {
  const done = (at: string, x: number, more = {}) => ({ result: [region({ x })], updated_at: at, ...more });
  const read = (...annotations: readonly object[]) => {
    const text = JSON.stringify([{ ...task(first), annotations }]);
    return labelStudio.read([{ path: 'project.json', text }], set).map(({ boxes }) => boxes[0]?.box.x);
  };
  expect(read(done('2026-11-26', 1), done('2026-11-27', 2))).toEqual([2]);
  expect(read(done('2026-11-26', 1, { ground_truth: true }), done('2026-11-27', 2))).toEqual([1]);
  expect(read(done('2026-11-26', 1), done('2026-11-27', 2, { was_cancelled: true }))).toEqual([1]);
  expect(read(done('2026-11-27', 2, { was_cancelled: true }))).toEqual([]);
});

test('CVAT: other shapes, turned boxes, unknown labels, boxes outside, sizes, videos, no XML', () => {
  const box = (label: string, corners: string, more = '') => `<box label="${label}" ${corners}${more}></box>`;
  const inside = 'xtl="1" ytl="1" xbr="9" ybr="9"';
  const text = `<?xml version="1.0"?><annotations><version>1.1</version>
    <image id="0" name="${first}.jpg" width="100" height="50">${box('car', inside, ' rotation="30"')}
      ${box('tree', inside)}<polygon label="car" points="1,2;3,4"/></image>
    <image id="1" name="${second}.jpg" width="10" height="50">${box('bus', 'xtl="1" ytl="1" xbr="0" ybr="9"')}</image>
    <image id="2" name="holiday.jpg"/></annotations>`;
  expect(faultsOf(cvat, { 'annotations.xml': text })).toEqual([
    `image 0 (${first}.jpg): Expected boxes, received polygon`,
    `image 0 (${first}.jpg), box 0: Expected an upright box, received rotation 30`,
    `image 0 (${first}.jpg), box 1: Expected one of the labels car, bus (others: export with --labels), received tree`,
    `image 1 (${second}.jpg): Expected the exported size 100 × 50, not resized, received 10 × 50`,
    `image 1 (${second}.jpg), box 0: Expected a box with an area inside of 100 × 50 pixels, ` +
      'received x 1, y 1, width -1, height 8',
    'image 2 (holiday.jpg): Expected the name of an exported picture, received holiday.jpg',
  ]);
  expect(faultsOf(cvat, { 'a.xml': '<annotations><track id="0"></track></annotations>' })).toEqual([
    'annotations.image: Expected images of CVAT for images 1.1, received nothing',
  ]);
  expect(faultsOf(cvat, { 'a.xml': '<annotations>\n<image></annotations>' })).toEqual([
    expect.stringMatching(/^Expected XML, received in line 2, column 8: /),
  ]);
});
