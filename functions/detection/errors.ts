/**
 * What can go wrong between bytes and detections, one class per cause. Only the boundary (HTTP, uploads) turns a cause
 * into a status; it can map `name`, a literal in each class, so that a cause without a status does not compile.
 */
abstract class ExpectationError extends Error {
  /** What the expectation is about: `picture`, the name of an option as in `DetectOptions`, or a model's output. */
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

/** The request carried no bytes. 400. */
export class EmptyPictureError extends ExpectationError {
  override readonly name = 'EmptyPictureError';
  constructor() {
    super('picture', 'bytes', 'none');
  }
}

/** More bytes than may be decoded; told before anything is read. 413. */
export class PictureTooLargeError extends ExpectationError {
  override readonly name = 'PictureTooLargeError';
  constructor(limit: number, received: number) {
    super('picture', `at most ${limit} bytes`, `${received}`);
  }
}

/** By its content not a JPEG, PNG or WebP. 415. */
export class UnsupportedPictureError extends ExpectationError {
  override readonly name = 'UnsupportedPictureError';
  constructor(received: string) {
    super('picture', 'a JPEG, PNG or WebP file', received);
  }
}

/** A JPEG, PNG or WebP by its first bytes, but damaged, cut off, or not decodable. 422. */
export class UndecodablePictureError extends ExpectationError {
  override readonly name = 'UndecodablePictureError';
  constructor(format: string, reason: string, options?: ErrorOptions) {
    super('picture', `a whole, undamaged ${format} file`, `one that cannot be decoded: ${reason}`, options);
  }
}

/** More pixels than may be decoded, by the picture's header. 422. */
export class TooManyPixelsError extends ExpectationError {
  override readonly name = 'TooManyPixelsError';
  constructor(limit: number, width: number, height: number) {
    super('picture', `at most ${limit} pixels`, `${width} × ${height} = ${width * height}`);
  }
}

/** Inclusive bounds of a number. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
}

/** A detection option out of its bounds, or a label that the model does not know. 400. */
export class InvalidDetectOptionError extends ExpectationError {
  override readonly name = 'InvalidDetectOptionError';
  /** The bounds of a number; absent for labels. */
  readonly range: NumberRange | undefined;
  constructor(option: string, expected: string, received: unknown, range?: NumberRange) {
    super(option, expected, typeof received === 'number' ? String(received) : JSON.stringify(received));
    this.range = range;
  }
}

/** Every cause that is the caller's to mend. */
export type PictureFault =
  | EmptyPictureError
  | PictureTooLargeError
  | UnsupportedPictureError
  | UndecodablePictureError
  | TooManyPixelsError
  | InvalidDetectOptionError;

/** A model package that must not serve: manifest, weights and session do not belong together. 5xx, found at load. */
export class ModelPackageError extends Error {
  override readonly name = 'ModelPackageError';
  /** Every fault that was found, each "place: expected …, received …". */
  readonly faults: readonly string[];
  constructor(folder: string, faults: readonly string[], options?: ErrorOptions) {
    super(`Expected a sound model package in ${folder}, received these faults: ${faults.join('; ')}`, options);
    this.faults = faults;
  }
}

/** A model that answered what its manifest rules out: NaN, infinity, another shape, scores that are none. 5xx. */
export class ModelOutputError extends ExpectationError {
  override readonly name = 'ModelOutputError';
  constructor(output: string, expected: string, received: string) {
    super(`the model's output "${output}"`, expected, received);
  }
}
