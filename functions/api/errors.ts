/** One thing that is wrong with a request: what was expected, for which field, what came. */
export interface Fault {
  /** Name of the option, form field, header or body part. */
  readonly field: string;
  readonly expected: string;
  readonly received: string;
  /** Bounds of a number that is out of its range. Programs read these, never `expected`. */
  readonly min?: number;
  readonly max?: number;
}

/** A request that cannot be answered because of what it says. The subclasses are the causes. */
export abstract class RequestError extends Error {
  readonly faults: readonly Fault[];
  constructor(faults: readonly [Fault, ...Fault[]], options?: ErrorOptions) {
    super(
      faults
        .map(({ field, expected, received }) => `Expected ${expected} for ${field}, received ${received}`)
        .join('; '),
      options,
    );
    this.faults = faults;
  }
}

/** The body is not what its content type says, or the picture is missing or given twice. */
export class MalformedBodyError extends RequestError {
  override readonly name = 'MalformedBodyError';
}

/** Options are unknown, given twice, not numbers, or out of their range. */
export class InvalidOptionsError extends RequestError {
  override readonly name = 'InvalidOptionsError';
}

/** The body comes as a content type that no door takes. */
export class UnsupportedBodyError extends RequestError {
  override readonly name = 'UnsupportedBodyError';
}

/** The picture has more bytes than this door takes. */
export class PayloadTooLargeError extends RequestError {
  override readonly name = 'PayloadTooLargeError';
}

/** `Accept` allows neither JSON nor a JPEG. */
export class NotAcceptableError extends RequestError {
  override readonly name = 'NotAcceptableError';
}

/** No prediction has this id. */
export class PredictionNotFoundError extends RequestError {
  override readonly name = 'PredictionNotFoundError';
}

/** No rollout of this version is recorded, or none at all. */
export class ReportNotFoundError extends RequestError {
  override readonly name = 'ReportNotFoundError';
}

/** What came, shortened and safe to show: no control characters, no more than 80 characters. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const clean = text.replace(/[^\x20-\x7e]/g, '?');
  return `"${clean.length > 80 ? `${clean.slice(0, 79)}…` : clean}"`;
}
