/**
 * What can go wrong between bytes and detections, one class per cause. Only the boundary (HTTP, uploads) turns a cause
 * into a status; it can switch over `name`, a literal in each class, so that a cause without a status does not compile.
 */

/** The request carried no bytes. 400. */
export class EmptyPicture extends Error {
  override readonly name = 'EmptyPicture';
  constructor() {
    super('expected the bytes of a picture, received none');
  }
}

/** More bytes than may be decoded; told before anything is read. 413. */
export class TooManyBytes extends Error {
  override readonly name = 'TooManyBytes';
  constructor(limit: number, received: number) {
    super(`expected a picture of at most ${limit} bytes, received ${received}`);
  }
}

/** By its content not a JPEG, PNG or WebP. 415. */
export class UnsupportedPicture extends Error {
  override readonly name = 'UnsupportedPicture';
  constructor(received: string) {
    super(`expected a JPEG, PNG or WebP picture, received ${received}`);
  }
}

/** A JPEG, PNG or WebP by its first bytes, but damaged, cut off, or not decodable. 422. */
export class UndecodablePicture extends Error {
  override readonly name = 'UndecodablePicture';
  constructor(format: string, reason: string, options?: ErrorOptions) {
    super(`expected a whole, undamaged ${format} picture, received one that cannot be decoded: ${reason}`, options);
  }
}

/** More pixels than may be decoded, by the picture's header. 422. */
export class TooManyPixels extends Error {
  override readonly name = 'TooManyPixels';
  constructor(limit: number, width: number, height: number) {
    super(`expected a picture of at most ${limit} pixels, received ${width} × ${height} = ${width * height}`);
  }
}

/** A detection option out of its bounds, or a label that the model does not know. 400. */
export class InvalidOption extends Error {
  override readonly name = 'InvalidOption';
  /** The name of the option as in `DetectOptions`. */
  readonly option: string;
  constructor(option: string, expected: string, received: unknown) {
    super(`expected ${expected} for ${option}, received ${JSON.stringify(received) ?? String(received)}`);
    this.option = option;
  }
}

/** What is wrong with a picture or its options: the caller's to mend. */
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
  /** Every fault that was found, each "path: expected …, received …". */
  readonly faults: readonly string[];
  constructor(folder: string, faults: readonly string[], options?: ErrorOptions) {
    super(`model package ${folder}: ${faults.join('; ')}`, options);
    this.faults = faults;
  }
}

/** A model that answered what its manifest rules out (NaN, infinity, another shape, no probability). 5xx. */
export class ModelOutputError extends Error {
  override readonly name = 'ModelOutputError';
  constructor(output: string, expected: string, received: string) {
    super(`expected ${expected} in the model's output "${output}", received ${received}`);
  }
}
