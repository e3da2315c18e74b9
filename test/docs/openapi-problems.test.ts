import * as errors from '../../functions/api/errors.ts';
import { parseOptions } from '../../functions/api/options.ts';
import { problemFor } from '../../functions/api/problems.ts';
import { problemSchema } from '../../functions/api/schemas.ts';
import * as pictureErrors from '../../functions/detection/errors.ts';
import { describeApi } from '../../functions/docs/openapi/document.ts';
import { SETTINGS } from './docs-function.ts';

type Deep = { readonly [key: string]: Deep } & { readonly [index: number]: Deep };

const document = describeApi(SETTINGS) as unknown as Deep;

describe('problems', () => {
  const types = Object.values(document.components?.examples ?? {}).map((each) => each.value?.type as unknown as string);
  const one = { field: 'x', expected: 'a', received: 'b' };
  const requestErrors = Object.values(errors).filter(
    (each) => typeof each === 'function' && each.prototype instanceof errors.RequestError,
  ) as unknown as (new (
    of: unknown[],
  ) => Error)[];
  const ofPictures = Object.values(pictureErrors) as unknown as (new (...of: unknown[]) => Error)[];
  const pictureCauses = ofPictures.filter((each) => each.prototype instanceof pictureErrors.DetectInputError);

  test('each is documented once, under the fragment of its type', () => {
    expect(new Set(types).size).toBe(types.length);
    const names = Object.keys(document.components?.examples ?? {});
    expect(types).toEqual(names.map((name) => `/docs#${name}`));
  });

  test.each([
    ...requestErrors.map((each) => [each.name, new each([one])] as const),
    ...pictureCauses.map((each) => [each.name, new each('a', 'b', 'c')] as const),
  ])('%s is among them', (_name, error) => {
    const { type, status } = problemFor(error, 'request-1');
    expect(status).toBeLessThan(500);
    expect(types).toContain(type);
  });

  test.each([
    ['an option of the API', () => parseOptions(new Map([['confidence', ['1.5']]])), 'confidence', 0, 1],
    ['a whole number', () => parseOptions(new Map([['max_side', ['1']]])), 'max_side', 16, 4096],
    [
      'an option of the model',
      () => {
        throw new pictureErrors.InvalidDetectOptionError('maxSide', 'a number', 7, { min: 16, max: 16_384 });
      },
      'max_side',
      16,
      16_384,
    ],
  ] as const)('%s out of its range gives the range in numbers', (_name, parse, field, min, max) => {
    const problem = problemOf(parse);
    expect(problemSchema.parse(problem).errors).toEqual([expect.objectContaining({ field, min, max })]);
  });

  test.each([
    ['an unknown option', () => parseOptions(new Map([['zoom', ['2']]]))],
    ['two values', () => parseOptions(new Map([['iou', ['0.1', '0.2']]]))],
  ])('%s has no range', (_name, parse) => {
    expect(Object.keys(problemOf(parse).errors[0] ?? {})).toEqual(['field', 'expected', 'received']);
  });

  function problemOf(parse: () => unknown) {
    try {
      parse();
    } catch (error) {
      return problemFor(error, 'request-1');
    }
    throw new Error('Expected an error');
  }

  test('no problem is documented that no function answers', () => {
    const reached = [
      ...requestErrors.map((each) => new each([one])),
      ...pictureCauses.map((each) => new each('a', 'b', 'c')),
    ];
    const answered = new Set(reached.map((error) => problemFor(error, 'request-1').type));
    const own = ['/docs#store-unavailable', '/docs#internal-error'];
    expect(types.filter((type) => !answered.has(type))).toEqual(own);
  });
});
