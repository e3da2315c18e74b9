import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { exportPictures } from '../../../cli/labels/export.ts';
import { exportInWords } from '../../../cli/labels/export-words.ts';
import { readExported } from '../../../cli/labels/pictures-file.ts';
import { readPictures } from '../../../cli/labels/read-pictures.ts';
import { pictureToChoose } from '../../../cli/labels/reasons.ts';
import { KEYS } from '../../../functions/contract.ts';
import { MemoryBucket } from '../../tables/memory-bucket.ts';
import { car, compared, record, recordUpload, requestId, result } from './recorded.ts';

const gray = sharp({ create: { width: 80, height: 60, channels: 3, background: '#808080' } });
let [jpeg, turned, avif] = [Buffer.alloc(0), Buffer.alloc(0), Buffer.alloc(0)];
let bucket = new MemoryBucket();
let folder = '';

beforeAll(async () => {
  jpeg = await gray.clone().jpeg().toBuffer();
  // Lies on its side in the file, so that it is 80 × 60 once it is upright.
  turned = await gray.clone().rotate(90).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  avif = await gray.clone().avif({ effort: 0 }).toBuffer();
});

beforeEach(() => {
  bucket = new MemoryBucket(1000);
  folder = mkdtempSync(join(tmpdir(), 'labels-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const read = (changes = {}) => {
  const source = { s3: bucket.client, objects: bucket.asObjects, endpoint: 'count-cars', from: 0, most: 100 };
  return readPictures({ ...source, functionName: 'count-cars-function', ...changes });
};

const context = { thresholdOf: () => 0.4, driftSince: Date.parse('2026-11-26T12:05:00Z') };

async function choosable() {
  return (await read()).flatMap((picture) => pictureToChoose(picture, context) ?? []);
}

const order = (changes = {}) => ({
  ...{ endpoint: 'count-cars', format: 'coco' as const, more: [], folder, now: new Date('2026-11-27T00:00:00Z') },
  choice: { number: 50, random: 0, seed: 1 },
  ...changes,
});

describe('what is known of a picture', () => {
  const reasonsOf = async () => Object.fromEntries((await choosable()).map(({ id, reasons }) => [id, reasons]));

  test('disagreement of versions, margin to the threshold, counts of people, and drift', async () => {
    const [sure, near, differing, overruled, later] = [1, 2, 3, 4, 5].map((minute) =>
      record(bucket, minute, jpeg, minute === 2 ? { detections: [car(1), car(0.46)] } : { detections: [car(1)] }),
    ) as [string, string, string, string, string];
    compared(bucket, differing, 0.25, [car(0.8), car(0.7, 40)]);
    bucket.put(KEYS.decision('count-cars', overruled), { count: 4, decided_at: '2026-11-26T14:00:00Z', by: 'Ada' });
    const nothing = { disagreement: 0, margin: 0, overruled: 0, drift: 0 };
    expect(await reasonsOf()).toEqual({
      [sure]: nothing,
      [near]: { ...nothing, margin: 0.9 },
      [differing]: { ...nothing, disagreement: 0.75 },
      [overruled]: { ...nothing, overruled: 0.75 },
      [later]: { ...nothing, drift: 1 },
    });
  });

  test('a threshold of the request counts, and a margin without any threshold is 0', async () => {
    const id = record(bucket, 1, jpeg, { detections: [car(0.9)], request: { confidence: 0.9 } });
    expect((await reasonsOf())[id]?.margin).toBe(1);
    const [picture] = await read();
    const unknown = pictureToChoose(picture as NonNullable<typeof picture>, { thresholdOf: () => undefined });
    expect(unknown?.reasons.margin).toBe(1);
    bucket.put(KEYS.result('count-cars', id), result(1));
    const [other] = await read();
    const none = pictureToChoose(other as NonNullable<typeof other>, { thresholdOf: () => undefined });
    expect(none?.reasons.margin).toBe(0);
  });
});

describe('which pictures can be chosen', () => {
  test('those of requests and uploads of this function, no refused, deleted or unreadable ones', async () => {
    const [own, upload] = [record(bucket, 1, jpeg), recordUpload(bucket, 2, jpeg)];
    record(bucket, 3, jpeg, { status: 'rejected', problem: {} });
    record(bucket, 4, jpeg, { release: { function_name: 'former', function_version: '7', alias: 'live' } });
    bucket.put(KEYS.input('count-cars', requestId(5)), jpeg);
    expect((await read()).map((picture) => picture.result.id)).toEqual([own, upload]);
    expect((await read({ from: Date.parse('2026-11-26T12:02:00Z') })).map((picture) => picture.result.id)).toEqual([
      upload,
    ]);
  });

  test('too many are refused', async () => {
    for (const minute of [1, 2, 3]) record(bucket, minute, jpeg);
    await expect(read({ most: 2 })).rejects.toThrow(
      'Expected at most 2 recorded pictures, received 3: narrow them with --since, or allow more with --most',
    );
  });
});

describe('the exported folder', () => {
  test('has the pictures, the annotations with both versions, and why each picture was chosen', async () => {
    const [first, second] = [record(bucket, 1, jpeg), recordUpload(bucket, 2, jpeg)];
    compared(bucket, first, 0.5, [car(0.95, 11), car(0.5, 50)]);
    const exported = await exportPictures(bucket.asObjects, await choosable(), order());
    expect(readdirSync(folder).toSorted()).toEqual([
      'annotations.json',
      'images',
      'pictures.json',
      'results-7.json',
      'results-8.json',
    ]);
    expect(readFileSync(join(folder, 'images', `${second}.jpg`))).toEqual(jpeg);
    const coco = JSON.parse(readFileSync(join(folder, 'annotations.json'), 'utf8'));
    const box = (x: number) => ({ bbox: [x, 10, 20, 20], area: 400, iscrowd: 0, segmentation: [] });
    expect(coco.annotations).toEqual([
      {
        ...{ id: 1, image_id: 1, category_id: 1, ...box(11), score: 0.95, version: '8' },
        others: [{ version: '7', score: 0.9, bbox: [10, 10, 20, 20] }],
      },
      { id: 2, image_id: 1, category_id: 1, ...box(50), score: 0.5, version: '8', others: [] },
      { id: 3, image_id: 2, category_id: 1, ...box(10), score: 0.9, version: '7', others: [] },
    ]);
    expect(await readExported(folder)).toEqual(exported);
    expect(exported.pictures.map(({ id, chosen_by, value }) => [id, chosen_by, value])).toEqual([
      [first, 'value', 0.5 + 0.5 * (1 - (0.9 - 0.4) / 0.6)],
      [second, 'value', 0.5 * (1 - (0.9 - 0.4) / 0.6)],
    ]);
  });

  test('has upright pictures of formats that tools read', async () => {
    const ids = [record(bucket, 1, turned), record(bucket, 2, avif)];
    await exportPictures(bucket.asObjects, await choosable(), order());
    for (const id of ids) {
      const { format, width, height, orientation } = await sharp(
        readFileSync(join(folder, 'images', `${id}.jpg`)),
      ).metadata();
      expect({ format, width, height, orientation }).toEqual({
        ...{ format: 'jpeg', width: 80, height: 60, orientation: undefined },
      });
    }
  });

  test('has another picture in the place of one that was deleted, is damaged, or has another size', async () => {
    const small = await sharp(jpeg).resize(40).jpeg().toBuffer();
    const [deleted, , , kept] = [jpeg, Buffer.from('no picture'), small, jpeg].map((bytes, at) =>
      record(bucket, at, bytes),
    ) as [string, string, string, string];
    const pictures = await choosable();
    bucket.objects.delete(KEYS.input('count-cars', deleted));
    const exported = await exportPictures(
      bucket.asObjects,
      pictures,
      order({ choice: { number: 1, random: 0, seed: 1 } }),
    );
    expect(exported.pictures.map(({ id }) => id)).toEqual([kept]);
    expect(readdirSync(join(folder, 'images'))).toEqual([`${kept}.jpg`]);
  });

  test('has the labels of the endpoint and further ones; without, those that were found', async () => {
    record(bucket, 1, jpeg, { detections: [car(0.9), { ...car(0.8, 40), label: 'bus' }] });
    const pictures = await choosable();
    const labelsWith = async (changes: object) => {
      rmSync(folder, { recursive: true });
      const { labels, counted_labels } = await exportPictures(bucket.asObjects, pictures, order(changes));
      return [labels, counted_labels];
    };
    expect(await labelsWith({})).toEqual([['bus', 'car'], undefined]);
    expect(await labelsWith({ counted: ['car'], more: ['truck', 'car'] })).toEqual([['car', 'truck'], ['car']]);
    const text = readFileSync(join(folder, 'annotations.json'), 'utf8');
    expect(JSON.parse(text).annotations).toHaveLength(1);
  });

  test('is refused where there is no picture, or where it has files', async () => {
    await expect(exportPictures(bucket.asObjects, [], order())).rejects.toThrow(
      'Expected recorded pictures of count-cars, received none whose picture is stored: set capture for the endpoint',
    );
    writeFileSync(join(folder, 'a.txt'), '');
    await expect(exportPictures(bucket.asObjects, [], order())).rejects.toThrow(
      `Expected a new or empty folder, received ${folder}: name another one with --out`,
    );
  });
});

test('the words say how many were chosen for which reason', async () => {
  const [first] = [1, 2, 6].map((minute) => record(bucket, minute, jpeg)) as [string];
  compared(bucket, first, 0.5, []);
  const choice = { number: 3, random: 0.3, seed: 1 };
  const exported = await exportPictures(bucket.asObjects, await choosable(), order({ choice }));
  expect(exported.pictures.map(({ chosen_by }) => chosen_by)).toEqual(['random', 'value', 'value']);
  const drifted = exported.pictures.some(({ chosen_by, reasons }) => chosen_by === 'value' && reasons.drift === 1);
  expect(drifted).toBe(true);
  expect(exportInWords(exported, { recorded: 3, folder: 'labels', hint: 'open it' }).split('\n')).toEqual([
    'count-cars: 3 of 3 recorded pictures for coco in labels (seed 1)',
    '  1 drawn at random',
    '  2 chosen for what their labels teach',
    '    1 on which two versions differ',
    '    1 from after the last drift',
    '  open it',
    '  then: npm run labels -- import count-cars <file or folder of the tool> --pictures labels',
  ]);
});
