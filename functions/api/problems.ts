import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import {
  EmptyPictureError,
  InvalidDetectOptionError,
  type PictureFault,
  PictureTooLargeError,
  TooManyPixelsError,
  UndecodablePictureError,
  UnsupportedPictureError,
} from '../detection/errors.ts';
import { StoreUnavailableError } from '../platform/objects.ts';
import {
  type Fault,
  InvalidOptionsError,
  MalformedBodyError,
  NotAcceptableError,
  PayloadTooLargeError,
  PredictionNotFoundError,
  ReportNotFoundError,
  RequestError,
  UnsupportedBodyError,
} from './errors.ts';
import type { Problem } from './schemas.ts';

/** What a caller can mend, or wait out. Anything else is a 500 that says nothing but the id of the request. */
type Cause =
  | MalformedBodyError
  | InvalidOptionsError
  | UnsupportedBodyError
  | PayloadTooLargeError
  | NotAcceptableError
  | PredictionNotFoundError
  | ReportNotFoundError
  | PictureFault
  | StoreUnavailableError;

interface Kind {
  readonly type: string;
  readonly status: number;
  readonly title: string;
}

/** The only place that turns causes into status codes. A cause that is not in here does not compile. */
const KINDS: Record<Cause['name'], Kind> = {
  MalformedBodyError: { type: 'malformed-body', status: 400, title: 'The request body cannot be read' },
  InvalidOptionsError: { type: 'invalid-options', status: 400, title: 'An option is not valid' },
  EmptyPictureError: { type: 'empty-picture', status: 400, title: 'The picture is empty' },
  PredictionNotFoundError: { type: 'prediction-not-found', status: 404, title: 'There is no such prediction' },
  ReportNotFoundError: { type: 'report-not-found', status: 404, title: 'There is nothing to report' },
  NotAcceptableError: { type: 'not-acceptable', status: 406, title: 'No answer in an accepted form' },
  InvalidDetectOptionError: { type: 'invalid-options', status: 400, title: 'An option is not valid' },
  PictureTooLargeError: { type: 'picture-too-large', status: 413, title: 'The picture has too many bytes' },
  PayloadTooLargeError: { type: 'picture-too-large', status: 413, title: 'The picture has too many bytes' },
  UnsupportedBodyError: { type: 'unsupported-body', status: 415, title: 'The content type is not supported' },
  UnsupportedPictureError: { type: 'unsupported-picture', status: 415, title: 'The file is not a supported picture' },
  UndecodablePictureError: { type: 'undecodable-picture', status: 422, title: 'The picture cannot be decoded' },
  TooManyPixelsError: { type: 'too-many-pixels', status: 422, title: 'The picture has too many pixels' },
  StoreUnavailableError: { type: 'store-unavailable', status: 503, title: 'The store does not answer' },
};

const CAUSES = [
  MalformedBodyError,
  InvalidOptionsError,
  UnsupportedBodyError,
  PayloadTooLargeError,
  NotAcceptableError,
  PredictionNotFoundError,
  ReportNotFoundError,
  UnsupportedPictureError,
  UndecodablePictureError,
  TooManyPixelsError,
  PictureTooLargeError,
  InvalidDetectOptionError,
  EmptyPictureError,
  StoreUnavailableError,
] as const;

/** The detection core's names of options, where the API's differ. */
const OPTION_FIELDS: Readonly<Record<string, string>> = { maxSide: 'max_side' };

const INTERNAL: Kind = { type: 'internal-error', status: 500, title: 'The request failed on our side' };

/**
 * The problem document (RFC 9457) for whatever was thrown.
 * @param instance the request's id, by which its log lines are found
 */
export function problemFor(error: unknown, instance: string): Problem {
  const cause = CAUSES.some((known) => error instanceof known) ? (error as Cause) : undefined;
  const { type, status, title } = cause ? KINDS[cause.name] : INTERNAL;
  return { type: `/docs#${type}`, title, status, detail: detailOf(cause, title), instance, errors: faultsOf(cause) };
}

/** Seconds after which a caller should ask again for what is on its way, or out of service for a moment. */
export const RETRY_SECONDS = 2;

/** The HTTP answer that carries a problem. */
export function problemAnswer(problem: Problem): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      ...(problem.status === 503 && { 'retry-after': String(RETRY_SECONDS) }),
    },
    body: JSON.stringify(problem),
  };
}

/** Whether the fault is the request's own, so that asking again would not help. */
export function isRejection({ status }: Problem): boolean {
  return status < 500;
}

function detailOf(cause: Cause | undefined, title: string): string {
  // The sentence of the course lab's contract; what came is told in `errors`.
  if (cause instanceof UnsupportedPictureError) return 'Unsupported file provided.';
  // The store's own words name the bucket.
  if (!cause || cause instanceof StoreUnavailableError) return `${title}. Please try again later.`;
  return cause.message;
}

function faultsOf(cause: Cause | undefined): Fault[] {
  if (!cause || cause instanceof StoreUnavailableError) return [];
  if (cause instanceof RequestError) return [...cause.faults];
  const { field, expected, received } = cause;
  const range = cause instanceof InvalidDetectOptionError ? cause.range : undefined;
  return [{ field: OPTION_FIELDS[field] ?? field, expected, received, ...range }];
}
