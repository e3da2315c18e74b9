import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { DetectInputError, InvalidDetectOptionError, UnsupportedPictureError } from '../detection/errors.ts';
import { StoreUnavailableError } from '../platform/objects.ts';
import { type InvalidField, RequestError } from './errors.ts';
import { CONTENT_CODINGS } from './options.ts';
import type { Problem } from './schemas.ts';

/** Errors that a caller can correct or retry. Any other is a 500 with nothing but the request's id. */
type Cause = RequestError | DetectInputError | StoreUnavailableError;

interface Kind {
  readonly type: string;
  readonly status: number;
  readonly title: string;
}

const UNSUPPORTED_CODING = 'unsupported-coding';

/** The only mapping from causes to status codes. A cause without an entry does not compile. */
const KINDS: Record<Cause['name'], Kind> = {
  MalformedBodyError: { type: 'malformed-body', status: 400, title: 'The request body cannot be read' },
  InvalidOptionsError: { type: 'invalid-options', status: 400, title: 'An option is not valid' },
  EmptyPictureError: { type: 'empty-picture', status: 400, title: 'The picture is empty' },
  PredictionNotFoundError: { type: 'prediction-not-found', status: 404, title: 'The prediction does not exist' },
  ReportNotFoundError: { type: 'report-not-found', status: 404, title: 'The endpoint has no such rollout report' },
  NothingToJudgeError: { type: 'nothing-to-judge', status: 404, title: 'People judge no rollout of this endpoint' },
  NothingToReviewError: { type: 'nothing-to-review', status: 404, title: 'No pictures were chosen for a review' },
  TicketUsedError: { type: 'ticket-used', status: 409, title: 'The upload ticket belongs to another picture' },
  NotAcceptableError: { type: 'not-acceptable', status: 406, title: 'No accepted content type is available' },
  InvalidDetectOptionError: { type: 'invalid-options', status: 400, title: 'An option is not valid' },
  PictureTooLargeError: { type: 'picture-too-large', status: 413, title: 'The picture has too many bytes' },
  PayloadTooLargeError: { type: 'picture-too-large', status: 413, title: 'The picture has too many bytes' },
  UnsupportedBodyError: { type: 'unsupported-body', status: 415, title: 'The content type is not supported' },
  UnsupportedCodingError: { type: UNSUPPORTED_CODING, status: 415, title: 'The content coding is not supported' },
  UnsupportedPictureError: {
    type: 'unsupported-picture',
    status: 415,
    title: 'The file is not a supported picture format',
  },
  UndecodablePictureError: { type: 'undecodable-picture', status: 422, title: 'The picture cannot be decoded' },
  TooManyPixelsError: { type: 'too-many-pixels', status: 422, title: 'The picture has too many pixels' },
  TooComplexPictureError: { type: 'too-complex', status: 422, title: 'The picture takes too long to decode' },
  StoreUnavailableError: { type: 'store-unavailable', status: 503, title: 'The storage is unavailable' },
};

/** API names of detection options, where they differ. */
const OPTION_FIELDS: Readonly<Record<string, string>> = { maxSide: 'max_side' };

const INTERNAL: Kind = {
  type: 'internal-error',
  status: 500,
  title: 'The request failed because of an internal error',
};

/**
 * The problem document (RFC 9457) of a thrown value.
 * @param instance the request's id, by which its log lines are found
 */
export function problemFor(error: unknown, instance: string): Problem {
  const cause = isCause(error) ? error : undefined;
  const { type, status, title } = cause ? KINDS[cause.name] : INTERNAL;
  return {
    type: typeOf(type),
    title,
    status,
    detail: detailOf(cause, title),
    instance,
    errors: invalidFieldsOf(cause),
  };
}

function typeOf(kind: string): string {
  return `/docs#${kind}`;
}

/** `Retry-After` in seconds, for a pending result and for unavailable storage. */
export const RETRY_SECONDS = 2;

/** The HTTP response of a problem. */
export function problemAnswer(problem: Problem): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      ...(problem.status === 503 && { 'retry-after': String(RETRY_SECONDS) }),
      // https://www.rfc-editor.org/rfc/rfc9110#section-15.5.16
      ...(problem.type === typeOf(UNSUPPORTED_CODING) && { 'accept-encoding': CONTENT_CODINGS.join(', ') }),
    },
    body: JSON.stringify(problem),
  };
}

/** Whether the request itself is invalid, so that a retry does not help. */
export function isRejection({ status }: Problem): boolean {
  return status < 500;
}

function isCause(error: unknown): error is Cause {
  return [RequestError, DetectInputError, StoreUnavailableError].some((each) => error instanceof each);
}

function detailOf(cause: Cause | undefined, title: string): string {
  // The course lab's contract fixes this sentence; `errors` has the received format.
  if (cause instanceof UnsupportedPictureError)
    return ['Unsupported file provided.', cause.advice].filter(Boolean).join(' ');
  // S3's own message contains the bucket's name.
  if (!cause || cause instanceof StoreUnavailableError) return `${title}. Try again later.`;
  return cause.message;
}

function invalidFieldsOf(cause: Cause | undefined): InvalidField[] {
  if (!cause || cause instanceof StoreUnavailableError) return [];
  if (cause instanceof RequestError) return [...cause.invalidFields];
  const { field, expected, received } = cause;
  const range = cause instanceof InvalidDetectOptionError ? cause.range : undefined;
  return [{ field: OPTION_FIELDS[field] ?? field, expected, received, ...range }];
}
