/**
 * What can go wrong between bytes and detections, one class per cause. Only the boundary (HTTP, uploads) turns a cause
 * into a status; it can map `name`, a literal in each class, so that a cause without a status does not compile.
 */
abstract class ExpectationError extends Error {
  /** What would have been right. */
  readonly expected: string;
  /** What came instead. */
  readonly received: string;

  constructor(expected: string, received: string, options?: ErrorOptions) {
    super(`expected ${expected}, received ${received}`, options);
    this.expected = expected;
    this.received = received;
  }
}

/** What is wrong with a picture or its options: the caller's to mend. Told apart by `name`. */
abstract class CallerFault extends Error {
  /** `picture`, or the name of an option as in `DetectOptions`. */
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
export class EmptyPicture extends CallerFault {
  override readonly name = 'EmptyPicture';
  constructor() {
    super('picture', 'the bytes of a picture', 'none');
  }
}

/** More bytes than may be decoded; told before anything is read. 413. */
export class TooManyBytes extends CallerFault {
  override readonly name = 'TooManyBytes';
  constructor(limit: number, received: number) {
    super('picture', `at most ${limit} bytes`, `${received}`);
  }
}

/** By its content not a JPEG, PNG or WebP. 415. */
export class UnsupportedPicture extends CallerFault {
  override readonly name = 'UnsupportedPicture';
  constructor(received: string) {
    super('picture', 'a JPEG, PNG or WebP picture', received);
  }
}

/** A JPEG, PNG or WebP by its first bytes, but damaged, cut off, or not decodable. 422. */
export class UndecodablePicture extends CallerFault {
  override readonly name = 'UndecodablePicture';
  constructor(format: string, reason: string, options?: ErrorOptions) {
    super('picture', `a whole, undamaged ${format} picture`, `one that cannot be decoded: ${reason}`, options);
  }
}

/** More pixels than may be decoded, by the picture's header. 422. */
export class TooManyPixels extends CallerFault {
  override readonly name = 'TooManyPixels';
  constructor(limit: number, width: number, height: number) {
    super('picture', `at most ${limit} pixels`, `${width} × ${height} = ${width * height}`);
  }
}

/** A detection option out of its bounds, or a label that the model does not know. 400. */
export class InvalidOption extends CallerFault {
  override readonly name = 'InvalidOption';
  constructor(option: string, expected: string, received: unknown) {
    super(option, expected, JSON.stringify(received) ?? String(received));
  }
}

/** Every cause that is the caller's to mend. */
export type PictureFault =
  | EmptyPicture
  | TooManyBytes
  | UnsupportedPicture
  | UndecodablePicture
  | TooManyPixels
  | InvalidOption;

/** A model package that must not serve: manifest, weights and session do not belong together. 5xx, found at load. */
export class ModelPackageError extends Error {
  override readonly name = 'ModelPackageError';
  /** Every fault that was found, each "place: expected …, received …". */
  readonly faults: readonly string[];
  constructor(folder: string, faults: readonly string[], options?: ErrorOptions) {
    super(`model package ${folder}: ${faults.join('; ')}`, options);
    this.faults = faults;
  }
}

/** A model that answered what its manifest rules out: NaN, infinity, another shape, scores that are none. 5xx. */
export class ModelOutputError extends ExpectationError {
  override readonly name = 'ModelOutputError';
  constructor(output: string, expected: string, received: string) {
    super(`${expected} in the model's output "${output}"`, received);
  }
}
