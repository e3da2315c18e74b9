import type { Corners } from '../box.ts';
import type { Manifest } from '../manifest-schema.ts';

/** The shape of an output tensor; a dimension that the model decides is `undefined`. */
export type Shape = readonly (number | undefined)[];

/** What a model believes at one place, before suppression. */
export interface Candidate {
  readonly classIndex: number;
  /** 0–1. */
  readonly score: number;
  readonly corners: Corners;
}

/** Something in a manifest that a family cannot do. */
export interface ManifestFault {
  readonly path: readonly string[];
  /** "expected …". */
  readonly message: string;
  readonly input: unknown;
}

/**
 * What a family of models means by its output tensors. One object per family; the manifest's `family` chooses.
 */
export interface Decoder {
  /** What this family cannot do of a manifest that is right in itself; empty when all is well. */
  faults(manifest: Pick<Manifest, 'input' | 'outputs' | 'boxes'>): readonly ManifestFault[];
  /** The shapes of the output tensors, in the order of the manifest's `outputs`; `undefined` where any will do. */
  shapes(manifest: Manifest): readonly (Shape | undefined)[];
  /**
   * Turns output tensors (of `shapes`, all values finite, numbers of other types as float32) into the candidates whose score reaches their class's threshold.
   * @param thresholds least score by class index
   * @throws ModelOutputError for values that the family rules out
   */
  decode(outputs: readonly Float32Array[], manifest: Manifest, thresholds: readonly number[]): Candidate[];
}
