import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import {
  EmptyPicture,
  InvalidOption,
  type PictureFault,
  TooManyBytes,
  TooManyPixels,
  UndecodablePicture,
  UnsupportedPicture,
} from '../detection/errors.ts';
import { StoreUnavailable } from '../platform/objects.ts';
import {
  type Fault,
  InvalidOptions,
  MalformedBody,
  NotAcceptable,
  PictureTooLarge,
  PredictionNotFound,
  ReportNotFound,
  RequestFault,
  UnsupportedBody,
} from './errors.ts';
import type { Problem } from './schemas.ts';

/** What a caller can mend, or wait out. Anything else is a 500 that says nothing but the id of the request. */
type Cause =
  | MalformedBody
  | InvalidOptions
  | UnsupportedBody
  | PictureTooLarge
  | NotAcceptable
  | PredictionNotFound
  | ReportNotFound
  | PictureFault
  | StoreUnavailable;

interface Kind {
  readonly type: string;
  readonly status: number;
  readonly title: string;
}

/** The only place that turns causes into status codes. A cause that is not in here does not compile. */
const KINDS: Record<Cause['name'], Kind> = {
  MalformedBody: { type: 'malformed-body', status: 400, title: 'The request body cannot be read' },
  InvalidOptions: { type: 'invalid-options', status: 400, title: 'An option is not valid' },
  EmptyPicture: { type: 'empty-picture', status: 400, title: 'The picture is empty' },
  PredictionNotFound: { type: 'prediction-not-found', status: 404, title: 'There is no such prediction' },
  ReportNotFound: { type: 'report-not-found', status: 404, title: 'There is nothing to report' },
  NotAcceptable: { type: 'not-acceptable', status: 406, title: 'No answer in an accepted form' },
  InvalidOption: { type: 'invalid-options', status: 400, title: 'An option is not valid' },
  TooManyBytes: { type: 'picture-too-large', status: 413, title: 'The picture has too many bytes' },
  PictureTooLarge: { type: 'picture-too-large', status: 413, title: 'The picture has too many bytes' },
  UnsupportedBody: { type: 'unsupported-body', status: 415, title: 'The content type is not supported' },
  UnsupportedPicture: { type: 'unsupported-picture', status: 415, title: 'The file is not a supported picture' },
  UndecodablePicture: { type: 'undecodable-picture', status: 422, title: 'The picture cannot be decoded' },
  TooManyPixels: { type: 'too-many-pixels', status: 422, title: 'The picture has too many pixels' },
  StoreUnavailable: { type: 'store-unavailable', status: 503, title: 'The store does not answer' },
};

const CAUSES = [
  MalformedBody,
  InvalidOptions,
  UnsupportedBody,
  PictureTooLarge,
  NotAcceptable,
  PredictionNotFound,
  ReportNotFound,
  UnsupportedPicture,
  UndecodablePicture,
  TooManyPixels,
  TooManyBytes,
  InvalidOption,
  EmptyPicture,
  StoreUnavailable,
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
  if (cause instanceof UnsupportedPicture) return 'Unsupported file provided.';
  // The store's own words name the bucket.
  if (!cause || cause instanceof StoreUnavailable) return `${title}. Please try again later.`;
  return cause.message;
}

function faultsOf(cause: Cause | undefined): Fault[] {
  if (!cause || cause instanceof StoreUnavailable) return [];
  if (cause instanceof RequestFault) return [...cause.faults];
  const { field, expected, received } = cause;
  return [{ field: OPTION_FIELDS[field] ?? field, expected, received }];
}
