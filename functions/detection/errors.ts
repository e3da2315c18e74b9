/** Base of the errors between a picture's bytes and its detections, one class per cause. */
abstract class ExpectationError extends Error {
  /** `picture`, the name of an option as in `DetectOptions`, or a model's output. */
  readonly field: string;
  readonly expected: string;
  readonly received: string;

  constructor(field: string, expected: string, received: string, options?: ErrorOptions) {
    super(`Expected ${expected} for ${field}, received ${received}`, options);
    this.field = field;
    this.expected = expected;
    this.received = received;
  }
}

/** The causes of rejected input. `api/problems.ts` maps each to a status: one without a status does not compile. */
export type DetectInputErrorName =
  | 'EmptyPictureError'
  | 'PictureTooLargeError'
  | 'UnsupportedPictureError'
  | 'UndecodablePictureError'
  | 'TooManyPixelsError'
  | 'TooComplexPictureError'
  | 'InvalidDetectOptionError';

/** A picture or an option that the caller can correct. */
export abstract class DetectInputError extends ExpectationError {
  abstract override readonly name: DetectInputErrorName;
}

/** The request has no bytes. 400. */
export class EmptyPictureError extends DetectInputError {
  override readonly name = 'EmptyPictureError';
  constructor() {
    super('picture', 'at least one byte', 'none');
  }
}

/** More bytes than the limit; thrown before anything is read. 413. */
export class PictureTooLargeError extends DetectInputError {
  override readonly name = 'PictureTooLargeError';
  constructor(limit: number, received: number) {
    super('picture', `at most ${limit} bytes`, `${received} bytes`);
  }
}

/** The content is not a JPEG, PNG, WebP or AVIF. 415. */
export class UnsupportedPictureError extends DetectInputError {
  override readonly name = 'UnsupportedPictureError';
  /** What to send instead, in sentences. */
  readonly advice: string | undefined;
  constructor(received: string, advice?: string) {
    super('picture', 'a JPEG, PNG, WebP or AVIF file', received);
    this.advice = advice;
  }
}

/** A JPEG, PNG, WebP or AVIF by its first bytes, but damaged or incomplete. 422. */
export class UndecodablePictureError extends DetectInputError {
  override readonly name = 'UndecodablePictureError';
  constructor(format: string, reason: string, options?: ErrorOptions) {
    super('picture', `a complete, undamaged ${format} file`, `a file that cannot be decoded: ${reason}`, options);
  }
}

/** More pixels than the limit, by the picture's header. 422. */
export class TooManyPixelsError extends DetectInputError {
  override readonly name = 'TooManyPixelsError';
  /** @param where the limit applies. Default: everywhere */
  constructor(limit: number, { width, height }: { readonly width: number; readonly height: number }, where = '') {
    super('picture', `at most ${limit} pixels${where}`, `${width} × ${height} = ${width * height} pixels`);
  }
}

/** Decoding would take too long, by the file's structure or by the clock. 422. */
export class TooComplexPictureError extends DetectInputError {
  override readonly name = 'TooComplexPictureError';
  constructor(expected: string, received: string, options?: ErrorOptions) {
    super('picture', expected, received, options);
  }
}

/** Inclusive bounds of a number. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
}

/** A detection option out of its bounds, or a label that the model does not have. 400. */
export class InvalidDetectOptionError extends DetectInputError {
  override readonly name = 'InvalidDetectOptionError';
  /** The bounds of a number; absent for labels. */
  readonly range: NumberRange | undefined;
  constructor(option: string, expected: string, received: unknown, range?: NumberRange) {
    super(option, expected, typeof received === 'number' ? String(received) : JSON.stringify(received));
    this.range = range;
  }
}

/** A model package that cannot be used: manifest, weights and session do not match. 5xx, thrown at load. */
export class ModelPackageError extends Error {
  override readonly name = 'ModelPackageError';
  /** Every fault, each "file path: expected …, received …". */
  readonly faults: readonly string[];
  constructor(folder: string, faults: readonly string[], options?: ErrorOptions) {
    super(`Expected a valid model package in ${folder}, received one with errors: ${faults.join('; ')}`, options);
    this.faults = faults;
  }
}

/** Model output that the manifest rules out: NaN, infinity, another shape, scores outside 0–1. 5xx. */
export class ModelOutputError extends ExpectationError {
  override readonly name = 'ModelOutputError';
  constructor(output: string, expected: string, received: string) {
    super(`the model's output "${output}"`, expected, received);
  }
}
