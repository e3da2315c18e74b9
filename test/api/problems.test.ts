import * as requestErrors from '../../functions/api/errors.ts';
import { isRejection, problemAnswer, problemFor } from '../../functions/api/problems.ts';
import { problemSchema } from '../../functions/api/schemas.ts';
import * as detectErrors from '../../functions/detection/errors.ts';
import { StoreUnavailableError } from '../../functions/platform/objects.ts';

const INVALID = { field: 'file', expected: 'one file', received: 'none' };

/** Every error with its status and type. */
const TABLE: readonly (readonly [Error, number, string])[] = [
  [new requestErrors.MalformedBodyError([INVALID]), 400, 'malformed-body'],
  [new requestErrors.InvalidOptionsError([INVALID]), 400, 'invalid-options'],
  [new requestErrors.UnsupportedBodyError([INVALID]), 415, 'unsupported-body'],
  [new requestErrors.UnsupportedCodingError([INVALID]), 415, 'unsupported-coding'],
  [new requestErrors.PayloadTooLargeError([INVALID]), 413, 'picture-too-large'],
  [new requestErrors.NotAcceptableError([INVALID]), 406, 'not-acceptable'],
  [new requestErrors.PredictionNotFoundError([INVALID]), 404, 'prediction-not-found'],
  [new requestErrors.TicketUsedError([INVALID]), 409, 'ticket-used'],
  [new requestErrors.ReportNotFoundError([INVALID]), 404, 'report-not-found'],
  [new requestErrors.NothingToJudgeError([INVALID]), 404, 'nothing-to-judge'],
  [new requestErrors.NothingToReviewError([INVALID]), 404, 'nothing-to-review'],
  [new detectErrors.EmptyPictureError(), 400, 'empty-picture'],
  [new detectErrors.PictureTooLargeError(10, 11), 413, 'picture-too-large'],
  [new detectErrors.UnsupportedPictureError('a GIF'), 415, 'unsupported-picture'],
  [new detectErrors.UndecodablePictureError('JPEG', 'too short'), 422, 'undecodable-picture'],
  [new detectErrors.TooManyPixelsError(10, { width: 4, height: 3 }), 422, 'too-many-pixels'],
  [new detectErrors.TooComplexPictureError('at most 100 scans', 'more'), 422, 'too-complex'],
  [new detectErrors.InvalidDetectOptionError('iou', 'a number', 2, { min: 0, max: 1 }), 400, 'invalid-options'],
  [new StoreUnavailableError('read', 'results/a.json'), 503, 'store-unavailable'],
  [new detectErrors.ModelOutputError('output', 'finite numbers', 'NaN'), 500, 'internal-error'],
  [new detectErrors.ModelPackageError('/models/a', ['model.json: broken']), 500, 'internal-error'],
  [new Error('secret'), 500, 'internal-error'],
];

describe.each(TABLE.map((row) => [row[0].name, row] as const))('%s', (_name, [error, status, type]) => {
  const problem = problemFor(error, 'request-1');

  test(`is ${status}, ${type}`, () => {
    expect(problem).toMatchObject({ status, type: `/docs#${type}`, instance: 'request-1' });
    expect(problemSchema.parse(problem)).toEqual(problem);
    expect(isRejection(problem)).toBe(status < 500);
  });

  test('is a problem document', () => {
    const { statusCode, headers, body = '' } = problemAnswer(problem);
    expect([statusCode, headers?.['content-type']]).toEqual([status, 'application/problem+json']);
    expect(headers?.['retry-after']).toBe(status === 503 ? '2' : undefined);
    expect(headers?.['accept-encoding']).toBe(type === 'unsupported-coding' ? 'gzip, deflate, br' : undefined);
    expect(JSON.parse(body)).toEqual(problem);
  });
});

test('the table has every error of a request and of a detection', () => {
  const all = [...Object.values(requestErrors), ...Object.values(detectErrors)].filter(
    (each) => typeof each === 'function' && each.prototype instanceof Error,
  ) as { name: string }[];
  const abstract = ['RequestError', 'DetectInputError'];
  const known = new Set(TABLE.map(([error]) => error.constructor.name));
  expect(all.map(({ name }) => name).filter((name) => !known.has(name) && !abstract.includes(name))).toEqual([]);
});

describe('a problem', () => {
  test('names every invalid field in errors and in its detail', () => {
    const more = { field: 'iou', expected: 'a number from 0 to 1', received: '"2"', min: 0, max: 1 };
    const { detail, errors } = problemFor(new requestErrors.InvalidOptionsError([INVALID, more]), 'x');
    expect(errors).toEqual([INVALID, more]);
    expect(detail).toBe(
      'Expected one file for file, received none; Expected a number from 0 to 1 for iou, received "2"',
    );
  });

  test('has the course lab’s sentence for an unsupported picture', () => {
    const { detail, errors } = problemFor(new detectErrors.UnsupportedPictureError('a GIF'), 'x');
    expect(detail).toBe('Unsupported file provided.');
    expect(errors).toEqual([{ field: 'picture', expected: 'a JPEG, PNG, WebP or AVIF file', received: 'a GIF' }]);
  });

  test('has the API’s name and the bounds of a detection option', () => {
    const range = { min: 16, max: 16_384 };
    const error = new detectErrors.InvalidDetectOptionError('maxSide', 'a whole number', 7, range);
    expect(problemFor(error, 'x').errors).toEqual([
      { field: 'max_side', expected: 'a whole number', received: '7', ...range },
    ]);
  });

  test.each([
    ['an internal error', new Error('secret')],
    ['a thrown text', 'secret'],
    ['unavailable storage', new StoreUnavailableError('read', 'secret', { cause: new Error('secret') })],
  ])('reveals nothing of %s', (_what, thrown) => {
    const problem = problemFor(thrown, 'x');
    expect(JSON.stringify(problem)).not.toContain('secret');
    expect(problem.errors).toEqual([]);
    expect(problem.detail).toMatch(/\. Try again later\.$/);
  });
});
