import {
  InvalidOptionsError,
  MalformedBodyError,
  NotAcceptableError,
  NothingToJudgeError,
  NothingToReviewError,
  PayloadTooLargeError,
  PredictionNotFoundError,
  ReportNotFoundError,
  TicketUsedError,
  UnsupportedBodyError,
  UnsupportedCodingError,
} from '../../api/errors.ts';
import { MAX_BODY_BYTES } from '../../api/options.ts';
import { problemFor } from '../../api/problems.ts';
import type { Problem } from '../../api/schemas.ts';
import {
  EmptyPictureError,
  TooComplexPictureError,
  TooManyPixelsError,
  UndecodablePictureError,
  UnsupportedPictureError,
} from '../../detection/errors.ts';
import { StoreUnavailableError } from '../../platform/objects.ts';

const INSTANCE = '8f0c1d52-6a3e-4b77-9d0e-2c5b1a7f4e63';

/** One realistic error of each class, so that the examples are real answers of the functions. */
const CAUSES: readonly Error[] = [
  new MalformedBodyError([{ field: 'file', expected: 'exactly one file', received: 'none' }]),
  new InvalidOptionsError([{ field: 'confidence', expected: 'a number from 0 to 1', received: '"high"' }]),
  new EmptyPictureError(),
  new PredictionNotFoundError([
    {
      field: 'id',
      expected: 'the id of a prediction of this endpoint',
      received: '"019f2a6b-7c1e-7d3a-9a51-6f0e8c2b4d10"',
    },
  ]),
  new ReportNotFoundError([
    { field: 'version', expected: 'a version of count-cars that was rolled out', received: '"7"' },
  ]),
  new NothingToJudgeError([
    {
      field: 'rollout',
      expected: 'a shadow that people judge (npm run rollout -- judge count-cars starts one)',
      received: 'no rollout',
    },
  ]),
  new NothingToReviewError([
    { field: 'review', expected: 'chosen pictures (npm run labels -- review count-cars)', received: 'none' },
  ]),
  new TicketUsedError([
    {
      field: 'upload',
      expected: 'a ticket for each picture',
      received: 'the ticket 019f2a6b-7c1e-7d3a-9a51-6f0e8c2b4d10 for another one',
    },
  ]),
  new NotAcceptableError([{ field: 'Accept', expected: 'application/json or image/jpeg', received: '"text/csv"' }]),
  new PayloadTooLargeError([
    {
      field: 'picture',
      expected: `at most ${MAX_BODY_BYTES} bytes (for larger pictures use POST /{endpoint}/uploads)`,
      received: '6291456 bytes',
    },
  ]),
  new UnsupportedBodyError([
    { field: 'Content-Type', expected: 'multipart/form-data, image/* or application/json', received: '"text/plain"' },
  ]),
  new UnsupportedCodingError([
    { field: 'Content-Encoding', expected: 'gzip, deflate, br (at most 3 of them)', received: '"zstd"' },
  ]),
  new UnsupportedPictureError('a PDF document'),
  new UndecodablePictureError('JPEG', 'premature end of the file'),
  new TooManyPixelsError(50_000_000, { width: 20_000, height: 10_000 }),
  new TooComplexPictureError('at most 100 scans', 'more'),
  new StoreUnavailableError('write', 'results', { cause: new Error('slow down') }),
  new Error('internal'),
];

/** Every problem that the functions answer, by the last part of its type. */
export const PROBLEMS: ReadonlyMap<string, Problem> = new Map(
  CAUSES.map((cause) => problemFor(cause, INSTANCE)).map((problem) => [problem.type.replace('/docs#', ''), problem]),
);
