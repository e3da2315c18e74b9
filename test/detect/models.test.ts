import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidOptionsError } from '../../functions/api/errors.ts';
import { Models } from '../../functions/detect/models.ts';
import { ModelPackageError } from '../../functions/detection/errors.ts';
import { COUNT_CARS, MODELS } from './fixtures/context.ts';

const TWO = { ...COUNT_CARS, models: ['counter-nano', 'copy'] } as const;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'models-'));
  for (const name of TWO.models) await cp(join(MODELS, 'counter-nano'), join(folder, name), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

describe('check', () => {
  const models = new Models(TWO, '/nowhere');

  test.each([
    ['an endpoint’s model', 'copy', {}],
    ['no name', undefined, {}],
    ['a required name', 'counter-nano', { required: true }],
  ])('accepts %s', (_what, name, options) => expect(models.check(name, options)).toBeUndefined());

  test.each([
    ['a model of another endpoint', 'yolo', {}, '"yolo"'],
    ['an empty name', '', {}, '""'],
    ['a path', '../counter-nano', {}, '"../counter-nano"'],
    ['no name where one is required', undefined, { required: true }, 'none'],
  ])('rejects %s', (_what, name, options, received) => {
    const expected = 'one of counter-nano, copy';
    expect(() => models.check(name, options)).toThrow(
      new InvalidOptionsError([{ field: 'model', expected, received }]),
    );
  });
});

describe('load', () => {
  test('loads a model once, the first one without a name', async () => {
    const models = new Models(TWO, folder);
    const [first, again, named] = await Promise.all([models.load(), models.load(), models.load('counter-nano')]);
    expect(again).toBe(first);
    expect(named).toBe(first);
    expect(models.names).toEqual(TWO.models);
    expect(models.names.map((name) => models.folderOf(name))).toEqual(TWO.models.map((name) => join(folder, name)));
  });

  test('rejects an unknown name', async () => {
    await expect(new Models(TWO, folder).load('yolo')).rejects.toThrow(InvalidOptionsError);
  });

  test('tries again after a failed load', async () => {
    const models = new Models(TWO, join(folder, 'later'));
    await expect(models.load('copy')).rejects.toThrow(ModelPackageError);
    await cp(join(MODELS, 'counter-nano'), join(folder, 'later', 'copy'), { recursive: true });
    expect((await models.load('copy')).manifest.name).toBe('counter-nano');
  });
});
