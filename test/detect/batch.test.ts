/** The pictures of a batch job: one result each, whatever is repeated, broken or changed. */

import { uploadId } from '../../functions/api/upload-id.ts';
import type { BatchEvent, BatchItem } from '../../functions/batch-contract.ts';
import { answerBatch } from '../../functions/detect/batch.ts';
import { golden } from '../journeys/pictures.ts';
import { tagOf } from './fixtures/bucket.ts';
import { COUNT_CARS, invocation, type TestContext, testContext } from './fixtures/context.ts';

const CARS = golden('cars.jpg');
const FOLDER = 'batch/count-cars/cars-function/v7/';

function withPictures(pictures: Readonly<Record<string, Uint8Array>> = { 'in/cars.jpg': CARS }): TestContext {
  const context = testContext(COUNT_CARS);
  for (const [key, bytes] of Object.entries(pictures)) context.bucket.stored.set(key, { bytes });
  return context;
}

const listed = (key: string, bytes: Uint8Array): BatchItem => ({ Key: key, Etag: tagOf(bytes), Size: bytes.length });
const CARS_ITEM = listed('in/cars.jpg', CARS);

const idOf = (key: string, bytes: Uint8Array) =>
  uploadId({ bucket: 'bucket', key, version: tagOf(bytes).replaceAll('"', '') });

function run(context: TestContext, items: readonly BatchItem[], changes: Partial<BatchEvent> = {}, endsAt?: number) {
  const release = { function_name: 'cars-function', function_version: '7', alias: null };
  const event = { kind: 'batch', job: 'monday', bucket: 'bucket', annotate: false, items, ...changes } as const;
  return answerBatch(event, invocation({ release, ...(endsAt !== undefined && { endsAt }) }), context);
}

test('a picture has one result under the version, with the id of an upload, and three requests to S3', async () => {
  const context = withPictures();
  const id = idOf('in/cars.jpg', CARS);
  const { function_version, lines } = await run(context, [CARS_ITEM]);
  expect([function_version, lines]).toEqual([
    '7',
    [{ id, key: 'in/cars.jpg', status: 'done', count: 3, ms: expect.any(Number) }],
  ]);
  expect(context.bucket.requests).toEqual([`${FOLDER}${id}.json`, 'in/cars.jpg', `${FOLDER}${id}.json`]);
  const stored = context.bucket.json(`${FOLDER}${id}.json`);
  expect(stored).toMatchObject({
    id,
    job: 'monday',
    endpoint: 'count-cars',
    status: 'done',
    count: 3,
    source: { kind: 'upload', bucket: 'bucket', key: 'in/cars.jpg', version: tagOf(CARS).replaceAll('"', '') },
    model: { name: 'counter-nano' },
    release: { function_version: '7', alias: null },
  });
  expect(stored).not.toHaveProperty('annotated');
  expect(context.records).toEqual([]);
});

test('a repetition writes nothing and says what is stored', async () => {
  const context = withPictures();
  const { lines } = await run(context, [CARS_ITEM]);
  const writes = [...context.bucket.writes];
  const again = await run(context, [CARS_ITEM], { job: 'tuesday' });
  expect(again.lines).toEqual(lines.map((line) => ({ ...line, repeated: true })));
  expect(context.bucket.writes).toEqual(writes);
  expect(context.bucket.json(writes[0] ?? '')).toMatchObject({ job: 'monday' });
});

test('two attempts at the same time leave the first result', async () => {
  const context = withPictures();
  const both = await Promise.all([run(context, [CARS_ITEM]), run(context, [CARS_ITEM], { job: 'other' })]);
  expect(both.flatMap(({ lines }) => lines.filter(({ repeated }) => repeated))).toHaveLength(1);
});

test('broken, missing, large and overwritten pictures are rejected with reasons, and no other is', async () => {
  const broken = Buffer.from('no picture');
  const context = withPictures({ 'in/broken.jpg': broken, 'in/cars.jpg': CARS, 'in/other.jpg': CARS });
  const items = [
    listed('in/broken.jpg', broken),
    listed('in/missing.jpg', CARS),
    { ...listed('in/other.jpg', CARS), Size: '20000001' },
    listed('in/other.jpg', broken),
    CARS_ITEM,
  ];
  const { lines } = await run(context, items);
  expect(lines.map(({ status, reason }) => [status, reason?.split('/').at(-1)])).toEqual([
    ['rejected', expect.stringContaining('unsupported-picture')],
    ['rejected', expect.stringContaining('prediction-not-found')],
    ['rejected', expect.stringContaining('picture-too-large')],
    ['rejected', expect.stringContaining('prediction-not-found')],
    ['done', undefined],
  ]);
  expect(context.bucket.json(`${FOLDER}${lines[3]?.id}.json`)).toMatchObject({
    status: 'rejected',
    job: 'monday',
    problem: { status: 404, errors: [{ expected: 'the object as it was listed', received: 'another version of it' }] },
  });
  expect((await run(context, items)).lines).toEqual(lines.map((line) => ({ ...line, repeated: true })));
});

test('an item of a manifest without version and tag gets the id of the object that is there', async () => {
  const { lines } = await run(withPictures(), [{ Key: 'in/cars.jpg', VersionId: '', Etag: '' }]);
  expect(lines).toMatchObject([{ id: idOf('in/cars.jpg', CARS), status: 'done', count: 3 }]);
});

test('an item with a version id has the id of that version', async () => {
  const { lines } = await run(withPictures(), [{ Key: 'in/cars.jpg', VersionId: 'v1' }]);
  expect(lines).toMatchObject([
    { id: uploadId({ bucket: 'bucket', key: 'in/cars.jpg', version: 'v1' }), status: 'done' },
  ]);
});

test('an internal error fails the batch after its other pictures are stored', async () => {
  const context = withPictures({ 'in/a.jpg': CARS, 'in/b.jpg': CARS });
  context.bucket.failing = /in\/a\.jpg/;
  const items = [listed('in/a.jpg', CARS), listed('in/b.jpg', CARS)];
  await expect(run(context, items)).rejects.toThrow('1 of 2 pictures failed: StoreUnavailableError');
  expect(context.bucket.writes).toEqual([`${FOLDER}${idOf('in/b.jpg', CARS)}.json`]);
  context.bucket.failing = undefined;
  expect((await run(context, items)).lines).toMatchObject([{ status: 'done' }, { status: 'done', repeated: true }]);
});

test('without time for the rest, it says what is left; each invocation does one picture at least', async () => {
  const context = withPictures({ 'in/a.jpg': CARS, 'in/b.jpg': CARS });
  const items = [listed('in/a.jpg', CARS), listed('in/b.jpg', CARS)];
  await expect(run(context, items, {}, performance.now() + 900)).rejects.toMatchObject({
    name: 'BatchUnfinishedError',
    message: 'Expected time for all pictures of the batch, received time for 1; 1 are left',
  });
  expect(context.bucket.writes).toHaveLength(1);
  expect((await run(context, items)).lines).toHaveLength(2);
});

test('annotated pictures are stored where they are wanted; without a job nothing is stored', async () => {
  const context = withPictures();
  const { lines } = await run(context, [CARS_ITEM], { annotate: true });
  const id = lines[0]?.id;
  expect(context.bucket.writes).toEqual([`${FOLDER}${id}.jpg`, `${FOLDER}${id}.json`]);
  const measured = withPictures();
  const { job: _, ...event } = { job: undefined, annotate: false, bucket: 'bucket', items: [CARS_ITEM] };
  const release = { function_name: 'cars-function', function_version: '7', alias: null };
  expect((await answerBatch({ kind: 'batch', ...event }, invocation({ release }), measured)).lines).toMatchObject([
    { status: 'done', count: 3, ms: expect.any(Number) },
  ]);
  expect(measured.bucket.writes).toEqual([]);
});
