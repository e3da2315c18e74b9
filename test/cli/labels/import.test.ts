import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PageRequest } from '../../../cli/console/api-client.ts';
import { sendDecisions } from '../../../cli/labels/decisions.ts';
import { FORMATS, type FormatName } from '../../../cli/labels/formats/formats.ts';
import { addGolden } from '../../../cli/labels/golden.ts';
import { importLabels } from '../../../cli/labels/import.ts';
import { type ImportOptions, importCommand } from '../../../cli/labels/import-command.ts';
import { importInWords } from '../../../cli/labels/import-words.ts';
import { type Exported, labelSetOf } from '../../../cli/labels/pictures-file.ts';
import { writeTruth } from '../../../cli/labels/truth-files.ts';
import { readTruth } from '../../../functions/truth/truth-file.ts';
import { exportedOf, idOf } from './label-set.ts';

const PACKAGE = join(__dirname, '../../../models/counter-nano');
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'labels-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Writes an export without its pictures. */
function write(exported: Exported): void {
  const files = FORMATS[exported.format].write(labelSetOf(exported, folder));
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(folder, 'pictures.json'), JSON.stringify(exported));
}

const exportedAs = (format: FormatName, pictures = 50): Exported => ({ ...exportedOf(pictures), format });

describe('the labels', () => {
  test.each(['coco', 'yolo', 'cvat'] as const)('are read from the exported folder: %s', async (format) => {
    write(exportedAs(format));
    const imported = await importLabels({ endpoint: 'count-cars', from: folder });
    expect([imported.format, imported.pictures.length]).toEqual([format, 50]);
    expect(imported.changes).toEqual({ kept: 182, moved: 0, drawn: 0, removed: 0, pictures: 0 });
    // A second import finds the files of the first beside the labels.
    await writeTruth(folder, imported.set, imported.exported, imported.pictures);
    expect((await importLabels({ endpoint: 'count-cars', from: folder })).pictures).toEqual(imported.pictures);
  });

  test('are read from a file or folder of the tool, beside the exported folder', async () => {
    write(exportedAs('cvat', 3));
    const [tool, file] = [join(folder, 'from-tool'), join(folder, 'corrected.json')];
    mkdirSync(join(tool, 'annotations'), { recursive: true });
    const [coco] = FORMATS.coco.write(labelSetOf(exportedAs('coco', 3), folder));
    writeFileSync(join(tool, 'annotations/instances_default.json'), coco?.text ?? '');
    writeFileSync(file, coco?.text ?? '');
    const read = (from: string, more = {}) => importLabels({ endpoint: 'count-cars', from, ...more });
    expect((await read(tool, { pictures: folder })).format).toBe('coco');
    expect((await read(file)).format).toBe('coco');
    await expect(read(tool)).rejects.toThrow(
      'Expected pictures.json of the export, received none: name the exported folder with --pictures',
    );
  });

  test('of another endpoint, of no known format, and no file are refused', async () => {
    write(exportedAs('coco', 3));
    const file = join(folder, 'notes.txt');
    writeFileSync(file, 'a car');
    await expect(importLabels({ endpoint: 'count-bikes', from: folder })).rejects.toThrow(
      'endpoint: Expected an export of count-bikes, received one of count-cars',
    );
    await expect(importLabels({ endpoint: 'count-cars', from: file })).rejects.toThrow(
      'Expected labels as coco, yolo, label-studio, cvat, received none of them: unpack archives',
    );
    await expect(importLabels({ endpoint: 'count-cars', from: join(folder, 'x') })).rejects.toThrow(
      'Expected a file or a folder, received none',
    );
  });

  test('of Label Studio are none before people have labelled', async () => {
    write(exportedAs('label-studio', 3));
    await expect(importLabels({ endpoint: 'count-cars', from: folder })).rejects.toThrow(
      'Expected labelled pictures, received none',
    );
  });
});

test('the truth has the boxes of all labelled pictures, and those drawn at random once more', async () => {
  write(exportedAs('cvat'));
  const { set, exported, pictures } = await importLabels({ endpoint: 'count-cars', from: folder });
  const labelled = pictures.slice(0, 12);
  expect(await writeTruth(folder, set, exported, labelled)).toEqual({ pictures: 12, random: 3 });
  const truth = await readTruth(join(folder, 'truth.json'));
  expect(truth.map(({ file, size }) => ({ file, size }))).toEqual(
    set.pictures.slice(0, 12).map(({ file, width, height }) => ({ file: `images/${file}`, size: { width, height } })),
  );
  const boxes = truth.map((photo) => (photo.boxes ?? []).map(({ label, box }) => ({ label, box })));
  expect(boxes).toEqual(labelled.map((picture) => picture.boxes.map(({ label, box }) => ({ label, box }))));
  const random = await readTruth(join(folder, 'truth-random.json'));
  expect(random.map(({ file }) => file)).toEqual([0, 5, 10].map((index) => `images/${idOf(index)}.jpg`));
});

describe('the command', () => {
  const options = (more: Partial<ImportOptions> = {}): ImportOptions => ({
    ...{ deployment: 'ml', home: folder, models: folder },
    ...more,
  });

  test('refuses labels in which nobody has changed anything, unless people have confirmed them', async () => {
    write(exportedAs('coco', 3));
    await expect(importCommand('count-cars', folder, options())).rejects.toThrow(
      'Expected corrected labels of count-cars, received 3 pictures with the boxes as they were exported: ' +
        'label them first, or say with --confirmed that people have checked them',
    );
    expect(existsSync(join(folder, 'truth.json'))).toBe(false);
    const printed = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    await importCommand('count-cars', folder, options({ confirmed: true }));
    expect(String(printed.mock.calls[0])).toContain('count-cars: 3 labelled pictures as coco, 0 of them corrected');
    printed.mockRestore();
    expect(existsSync(join(folder, 'truth.json'))).toBe(true);
  });

  test('refuses options that need another one, all at once', async () => {
    const refused = importCommand('count-cars', folder, options({ decisions: true, golden: ['a.jpg'] }));
    await expect(refused).rejects.toThrow(
      'Expected --by with --decisions, received none\nExpected --model with --golden, received none',
    );
    await expect(importCommand('count-cars', folder, options({ by: 'Ada', model: 'm' }))).rejects.toThrow(
      'Expected --decisions with --by, received --by Ada alone\n' +
        'Expected --golden with --model, received --model m alone',
    );
  });
});

describe('human decisions', () => {
  const requests: PageRequest[] = [];
  const api = {
    send: async (request: PageRequest) => {
      requests.push(request);
      const isMissing = request.target.includes(idOf(2));
      return isMissing
        ? Response.json({ title: 'There is no such prediction' }, { status: 404 })
        : Response.json({ count: 1 });
    },
  };
  const box = { x: 0, y: 0, width: 1, height: 1 };
  const boxes = (...labels: readonly string[]) => labels.map((label) => ({ label, box }));

  test('are counts of the labels that the endpoint counts, under the name of the person', async () => {
    const pictures = [
      { id: idOf(0), boxes: boxes('car', 'bus', 'car') },
      { id: idOf(1), boxes: [] },
      { id: idOf(2), boxes: boxes('car') },
      { id: idOf(3), boxes: [{ label: 'car', box, crowd: true as const }] },
    ];
    const sent = await sendDecisions(api, pictures, {
      endpoint: 'count-cars',
      by: 'Ada',
      counted: ['car'],
      token: 't',
    });
    expect(sent).toEqual({ stored: 2, uncounted: 1, failed: [`${idOf(2)}: 404 There is no such prediction`] });
    expect(
      requests.map(({ method, target, headers, body }) => [method, target, headers.authorization, String(body)]),
    ).toEqual(
      [0, 1, 2].map((index) => [
        'PUT',
        `/count-cars/predictions/${idOf(index)}/decision`,
        'Bearer t',
        JSON.stringify({ count: [2, 0, 1][index], by: 'Ada' }),
      ]),
    );
  });

  test('that did not arrive have their reason', async () => {
    const offline = { send: () => Promise.reject(new Error('fetch failed')) };
    const sent = await sendDecisions(offline, [{ id: 'a', boxes: [] }], { endpoint: 'count-cars', by: 'Ada' });
    expect(sent).toEqual({ stored: 0, uncounted: 0, failed: ['a: fetch failed'] });
  });
});

describe('golden pictures', () => {
  const expected = JSON.parse(readFileSync(join(PACKAGE, 'golden/expected.json'), 'utf8'));
  const own: readonly { label: string; box: { x: number; y: number; width: number; height: number } }[] =
    expected['cars.jpg'];
  const picture = { id: idOf(0), file: `${idOf(0)}.jpg`, width: 960, height: 640, answers: [], preLabels: [] };
  const set = { endpoint: 'count-cars', folder: 'x', labels: ['car'], pictures: [picture] };
  const add = (boxes: typeof own, ...names: readonly string[]) => {
    mkdirSync(join(folder, 'images'), { recursive: true });
    cpSync(join(PACKAGE, 'golden/cars.jpg'), join(folder, 'images', picture.file));
    cpSync(PACKAGE, join(folder, 'package'), { recursive: true });
    return addGolden(join(folder, 'package'), folder, { set, pictures: [{ id: picture.id, boxes }] }, names);
  };

  test('are those that the package answers as people have labelled them', async () => {
    expect(await add(own, picture.id)).toEqual([picture.file]);
    const written = JSON.parse(readFileSync(join(folder, 'package/golden/expected.json'), 'utf8'));
    expect(written).toEqual({ ...expected, [picture.file]: expected['cars.jpg'] });
    expect(existsSync(join(folder, 'package/golden', picture.file))).toBe(true);
  });

  test('with another answer, and unknown names, are refused, and nothing is written', async () => {
    const adding = add(own.slice(1), picture.file, 'b.jpg');
    await expect(adding).rejects.toThrow(
      `  ${picture.file}: Expected a picture that counter-nano answers as labelled, ` +
        'received an answer with 0 missed and 1 extra objects\n' +
        '  --golden: Expected the file name or the id of a labelled picture, received b.jpg',
    );
    expect(existsSync(join(folder, 'package/golden', picture.file))).toBe(false);
  });
});

test('the words say what changed, and where everything is', () => {
  const done = {
    ...{ format: 'cvat' as const, folder: 'labels', truth: { pictures: 50, random: 10 }, golden: ['a.jpg'] },
    changes: { kept: 180, moved: 4, drawn: 3, removed: 2, pictures: 7 },
    decisions: { stored: 48, uncounted: 1, failed: ['b: 404'] },
  };
  expect(importInWords('count-cars', done).split('\n')).toEqual([
    'count-cars: 50 labelled pictures as cvat, 7 of them corrected',
    '  boxes: 180 kept, 4 moved, 3 drawn, 2 removed',
    '  truth: labels/truth.json',
    '  of these 10 drawn at random: labels/truth-random.json',
    '  golden pictures: a.jpg',
    '  human decisions: 48 stored',
    '  not counted, because of regions of many objects: 1',
    '  1 not stored:',
    '    b: 404',
    '  then: npm run model -- eval <model> --photos labels --truth labels/truth.json',
  ]);
});
