import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { labelsFromMetadata, readLabels } from '../../../cli/model/identify/labels.ts';
import { temporaryFolder } from './command.ts';

describe('class names in the metadata, in the forms that exporters write', () => {
  test.each([
    ['a Python dictionary from 0', `{0: 'car', 1: "driver's seat"}`, ['car', "driver's seat"]],
    ['a Python dictionary from 1', `{1: 'car', 2: 'apple'}`, ['car', 'apple']],
    ['a Python dictionary in another order', `{1: 'apple', 0: 'car',}`, ['car', 'apple']],
    ['a Python list', `['car', 'apple']`, ['car', 'apple']],
    ['a Python tuple', `('car',)`, ['car']],
    ['a JSON list', '["car", "\\u82f9\\u679c"]', ['car', '苹果']],
    ['a JSON dictionary', '{"0": "car", "1": "apple"}', ['car', 'apple']],
    ['numbers by name', '{"apple": 1, "car": 0}', ['car', 'apple']],
    ['a list with commas', 'car, potted plant', ['car', 'potted plant']],
    ['names that are numbers', `{0: '7', 1: '8'}`, ['7', '8']],
    ['spaces around names', `{0: ' car', 1: 'potted plant\\n'}`, ['car', 'potted plant']],
    ['escaped backslashes', `['C:\\\\u0041', 'a\\tb']`, ['C:\\u0041', 'a\tb']],
    ['commas, colons and brackets in names', `['a, b', 'c: d', '{e}']`, ['a, b', 'c: d', '{e}']],
  ])('%s', (_form, names, expected) => {
    expect(labelsFromMetadata({ names })).toEqual(expected);
  });

  test('under other keys, only as a list or a dictionary', () => {
    expect(labelsFromMetadata({ class_names: '["car"]' })).toEqual(['car']);
    expect(labelsFromMetadata({ classes: '80' })).toBeUndefined();
    expect(labelsFromMetadata({})).toBeUndefined();
  });

  const forms =
    /^Expected class names in the file’s metadata "names" as a list, or .*; set --labels with one name for /;
  test.each([
    ['from 2', `{2: 'car', 3: 'apple'}`, forms],
    ['a gap', `{0: 'car', 2: 'apple'}`, forms],
    ['a number twice', `{0: 'car', 0: 'apple'}`, forms],
    ['lists within lists', `[['car'], ['apple']]`, forms],
    ['cut off', `{0: 'car', 1: 'app`, forms],
    ['a dictionary of another kind', `OrderedDict([(0, 'car'), (1, 'apple')])`, forms],
    ['a view of a list', `dict_values(['car'])`, forms],
    [
      'repeated',
      `{0: 'car', 1: 'car'}`,
      /^Expected each label once in the file’s metadata "names", received car twice; set /,
    ],
    [
      'empty',
      `{0: 'car', 1: ''}`,
      /^Expected a name for each class in the file’s metadata "names", received an empty one for 1; /,
    ],
    ['none', '[]', /^Expected labels in the file’s metadata "names", received none; set --labels/],
  ])('%s: a sentence with the remedy', (_what, names, message) => {
    expect(() => labelsFromMetadata({ names })).toThrow(message);
    expect(() => labelsFromMetadata({ names })).toThrow(expect.objectContaining({ name: 'UnsupportedModelError' }));
  });
});

describe('--labels', () => {
  test.each(['labels.txt', './labels', 'names/coco.names', 'C:\\labels'])('%s does not exist', async (path) => {
    const start = `Expected a readable file of labels for --labels, received ${path} (ENOENT`;
    await expect(readLabels(path)).rejects.toThrow(start);
  });

  test('one word, and names with signs in a list', async () => {
    expect(await readLabels('car')).toEqual(['car']);
    expect(await readLabels('car/truck,no. 5')).toEqual(['car/truck', 'no. 5']);
  });

  test('a file of broken JSON', async () => {
    const path = join(temporaryFolder(), 'labels.json');
    writeFileSync(path, '["car", ');
    await expect(readLabels(path)).rejects.toThrow(
      `Expected a list of labels in ${path}, received ["car",; set --labels`,
    );
  });
});

describe('files of labels', () => {
  const EXPECTED = ['car', 'apple', 'potted plant'];
  test.each<[string, string | Buffer]>([
    ['lines', 'car\napple\npotted plant\n\n'],
    ['lines of Windows', '\ufeffcar\r\napple\r\npotted plant\r\n'],
    ['UTF-16', Buffer.from('\ufeffcar\napple\npotted plant\n', 'utf16le')],
    ['UTF-16, big-endian', Buffer.from('\ufeffcar\napple\npotted plant\n', 'utf16le').swap16()],
    ['lines that end with CR', 'car\rapple\rpotted plant\r'],
    ['lines in quotes', '"car"\n"apple"\n"potted plant"\n'],
    ['numbered lines', '0 car\n1 apple\n2 potted plant\n'],
    ['numbers with dots, from 1', '1. car\n2. apple\n3. potted plant'],
    ['numbers with brackets', '0) car\n1) apple\n2) potted plant'],
    ['numbers behind the names', 'car,0\napple,1\npotted plant,2'],
    ['data.yaml with a dictionary in a line', 'names: {0: car, 1: apple, 2: potted plant}\nnc: 3\n'],
    ['data.yaml with numbers in quotes', "names:\n  '0': car\n  '1': apple\n  '2': potted plant\n"],
    ['data.yaml with remarks', 'names:\n  # all\n  - car # the first\n  - apple\n  - potted plant\n'],
    ['numbers with colons, from 1', '1: car\n2: apple\n3: potted plant'],
    ['names in JSON', '{"names": ["car", "apple", "potted plant"]}'],
    ['numbers in JSON', '{"id2label": {"0": "car", "1": "apple", "2": "potted plant"}}'],
    [
      'COCO',
      '{"categories": [{"id": 2, "name": "apple"}, {"id": 1, "name": "car"}, {"id": 5, "name": "potted plant"}]}',
    ],
    ['data.yaml with a list', "path: x\nnc: 3\nnames: ['car', 'apple', 'potted plant']\n"],
    ['data.yaml with bare words', 'names: [car, apple, potted plant]\nnc: 3\n'],
    ['data.yaml with numbers', 'nc: 3\nnames:\n  0: car\n  1: apple\n  2: potted plant\n'],
    ['data.yaml with dashes', 'names:\n- car\n- apple\n- "potted plant"\nnc: 3\n'],
    [
      'a label map of TensorFlow',
      "item {\n id: 1\n name: 'car'\n}\nitem { name: 'apple' id: 2 }\nitem { id: 3 name: 'potted plant' }",
    ],
  ])('%s', async (_what, content) => {
    const path = join(temporaryFolder(), 'labels.txt');
    writeFileSync(path, content);
    expect(await readLabels(path)).toEqual(EXPECTED);
  });

  test.each([
    ['Latin-1', Buffer.from('k\xfcche\n', 'latin1'), /^Expected text in UTF-8 in .*, received another encoding; save/],
    ['yaml without names', 'nc: 3\npath: x\n', /^Expected a list of labels in .*, received nc: 3/],
    ['an empty line', 'car\n\napple\n', /^Expected a name for each class in .*, received an empty one for 1; /],
    ['nothing', '', /^Expected labels in .*, received none; /],
    [
      'a gap in the numbers of a label map',
      "item { id: 1 name: 'a' } item { id: 3 name: 'b' }",
      /^Expected a list of /,
    ],
  ])('%s: a sentence', async (_what, content, message) => {
    const path = join(temporaryFolder(), 'labels.txt');
    writeFileSync(path, content);
    await expect(readLabels(path)).rejects.toThrow(message);
  });
});

describe('--labels without a file', () => {
  test.each([
    ['["car", "apple"]', ['car', 'apple']],
    ["['car','apple']", ['car', 'apple']],
  ])('%s', async (given, expected) => {
    expect(await readLabels(given)).toEqual(expected);
  });

  test('sets in capitals', async () => {
    expect(await readLabels('COCO-80')).toHaveLength(80);
  });

  test.each([
    ['car,,apple', /^Expected a name for each class in car,,apple, received an empty one for 1; set --labels/],
    [
      'car;apple',
      /^Expected a list of labels with commas, a file, or coco-80, .*received car;apple; set --labels a,b,c/,
    ],
    [
      'coco',
      /^Expected a list of labels with commas, a file, or coco-80, coco-90, coco-91 for --labels, received coco/,
    ],
    [' ', /received none/],
  ])('%s is refused', async (given, message) => {
    await expect(readLabels(given)).rejects.toThrow(message);
  });
});

describe('class names in other metadata', () => {
  test.each([
    [{ id2label: '{"0": "car", "1": "apple"}' }, ['car', 'apple']],
    [{ names: "[b'car', b'apple']" }, ['car', 'apple']],
    [{ names: '0: car\n1: apple' }, ['car', 'apple']],
    [{ names: "names: ['car', 'apple']" }, ['car', 'apple']],
    [{ names: '[{"id": 0, "name": "car"}, {"id": 1, "name": "apple"}]' }, ['car', 'apple']],
    [{ class_names: 'car,apple' }, ['car', 'apple']],
    [{ names: 'None' }, undefined],
    [{ names: '{}' }, undefined],
  ])('%j', (metadata, expected) => {
    expect(labelsFromMetadata(metadata as Record<string, string>)).toEqual(expected);
  });
});
