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
