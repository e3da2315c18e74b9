/** One invalid part of a request: the value expected for which field, and the value received. */
export interface InvalidField {
  /** Name of the option, form field, header or body part. */
  readonly field: string;
  readonly expected: string;
  readonly received: string;
  /** Bounds of a number that is out of its range. Programs read these, never `expected`. */
  readonly min?: number;
  readonly max?: number;
}

/** The causes of a rejected request. `problems.ts` maps each to a status: one without a status does not compile. */
export type RequestErrorName =
  | 'MalformedBodyError'
  | 'InvalidOptionsError'
  | 'UnsupportedBodyError'
  | 'UnsupportedCodingError'
  | 'PayloadTooLargeError'
  | 'NotAcceptableError'
  | 'PredictionNotFoundError'
  | 'TicketUsedError'
  | 'ReportNotFoundError'
  | 'NothingToJudgeError'
  | 'NothingToReviewError';

/** A request that is rejected for its content. One subclass per cause. */
export abstract class RequestError extends Error {
  abstract override readonly name: RequestErrorName;
  readonly invalidFields: readonly InvalidField[];
  constructor(invalidFields: readonly [InvalidField, ...InvalidField[]], options?: ErrorOptions) {
    const listed = listedOf(invalidFields);
    super(
      listed
        .map(({ field, expected, received }) => `Expected ${expected} for ${field}, received ${received}`)
        .join('; '),
      options,
    );
    this.invalidFields = listed;
  }
}

/** Most fields that an error lists. Because a body of 4 MB can have 500,000 unknown options, and an answer 6 MB. */
const MAX_LISTED = 20;

function listedOf(fields: readonly InvalidField[]): readonly InvalidField[] {
  if (fields.length <= MAX_LISTED) return fields;
  const more = { field: 'request', expected: `at most ${MAX_LISTED} errors`, received: `${fields.length} errors` };
  return [...fields.slice(0, MAX_LISTED), more];
}

/** The body does not match its content type, or has no picture or several. */
export class MalformedBodyError extends RequestError {
  override readonly name = 'MalformedBodyError';
}

/** An option is unknown, repeated, not a number, or out of its range. */
export class InvalidOptionsError extends RequestError {
  override readonly name = 'InvalidOptionsError';
}

/** The content type of the body is not supported. */
export class UnsupportedBodyError extends RequestError {
  override readonly name = 'UnsupportedBodyError';
}

/** The body has a content coding that is not decoded. */
export class UnsupportedCodingError extends RequestError {
  override readonly name = 'UnsupportedCodingError';
}

/** The picture has more bytes than an HTTP request or an upload may have. */
export class PayloadTooLargeError extends RequestError {
  override readonly name = 'PayloadTooLargeError';
}

/** `Accept` allows none of the forms that the endpoint offers. */
export class NotAcceptableError extends RequestError {
  override readonly name = 'NotAcceptableError';
}

/** An upload ticket is for one picture, and another picture has it. */
export class TicketUsedError extends RequestError {
  override readonly name = 'TicketUsedError';
}

/** No prediction has this id. */
export class PredictionNotFoundError extends RequestError {
  override readonly name = 'PredictionNotFoundError';
}

/** The endpoint has no recorded rollout, or none of this version. */
export class ReportNotFoundError extends RequestError {
  override readonly name = 'ReportNotFoundError';
}

/** People judge no rollout of the endpoint. */
export class NothingToJudgeError extends RequestError {
  override readonly name = 'NothingToJudgeError';
}

/** No pictures of the endpoint were chosen for a review. */
export class NothingToReviewError extends RequestError {
  override readonly name = 'NothingToReviewError';
}

/** Most characters of a received value that an error shows. */
const MAX_SHOWN = 80;

/** A received value, quoted and safe to show: at most 80 printable ASCII characters. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : outlined(value);
  const clean = text.slice(0, MAX_SHOWN + 1).replace(/[^\x20-\x7e]/g, '?');
  return `"${clean.length > MAX_SHOWN ? `${clean.slice(0, MAX_SHOWN - 1)}…` : clean}"`;
}

/** Most elements of an array, or keys of an object, in an outline. */
const MAX_ELEMENTS = 8;

/**
 * The outline of a JSON value: its JSON form, with "…" for what is deeper than three levels, behind the eighth element,
 * or longer than a text that is shown. Because `JSON.stringify` ends with a RangeError at a depth of some thousands.
 */
export function outlined(value: unknown, levels = 3): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, MAX_SHOWN));
  if (typeof value !== 'object' || value === null) return String(value);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const names = Object.keys(value);
  const parts = names.slice(0, levels > 0 ? MAX_ELEMENTS : 0).map((name) => {
    const element = outlined((value as Record<string, unknown>)[name], levels - 1);
    return Array.isArray(value) ? element : `${outlined(name)}:${element}`;
  });
  return `${open}${[...parts, ...(names.length > parts.length ? ['…'] : [])].join(',')}${close}`;
}
