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
  | 'PayloadTooLargeError'
  | 'NotAcceptableError'
  | 'PredictionNotFoundError'
  | 'ReportNotFoundError';

/** A request that is rejected for its content. One subclass per cause. */
export abstract class RequestError extends Error {
  abstract override readonly name: RequestErrorName;
  readonly invalidFields: readonly InvalidField[];
  constructor(invalidFields: readonly [InvalidField, ...InvalidField[]], options?: ErrorOptions) {
    super(
      invalidFields
        .map(({ field, expected, received }) => `Expected ${expected} for ${field}, received ${received}`)
        .join('; '),
      options,
    );
    this.invalidFields = invalidFields;
  }
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

/** The picture has more bytes than an HTTP request or an upload may have. */
export class PayloadTooLargeError extends RequestError {
  override readonly name = 'PayloadTooLargeError';
}

/** `Accept` allows none of the forms that the endpoint offers. */
export class NotAcceptableError extends RequestError {
  override readonly name = 'NotAcceptableError';
}

/** No prediction has this id. */
export class PredictionNotFoundError extends RequestError {
  override readonly name = 'PredictionNotFoundError';
}

/** The endpoint has no recorded rollout, or none of this version. */
export class ReportNotFoundError extends RequestError {
  override readonly name = 'ReportNotFoundError';
}

/** A received value, quoted and safe to show: at most 80 printable ASCII characters. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const clean = text.replace(/[^\x20-\x7e]/g, '?');
  return `"${clean.length > 80 ? `${clean.slice(0, 79)}…` : clean}"`;
}
