import type { Corners } from '../box.ts';
import type { Manifest } from '../manifest-schema.ts';

/** The shape of an output tensor; `undefined` for dimensions that the model chooses. */
export type Shape = readonly (number | undefined)[];

/** A possible detection, before suppression. */
export interface Candidate {
  readonly classIndex: number;
  /** 0–1. */
  readonly score: number;
  readonly corners: Corners;
}

/** A value of a manifest that the family does not support. */
export interface ManifestFault {
  readonly path: readonly string[];
  /** "expected …". */
  readonly message: string;
  readonly input: unknown;
}

/** Decodes the output tensors of one model family, chosen by the manifest's `family`. */
export interface Decoder {
  /** Faults of a manifest whose fields are valid by themselves; empty where it is supported. */
  faults(manifest: Pick<Manifest, 'input' | 'outputs' | 'boxes'>): readonly ManifestFault[];
  /** Shapes of the output tensors in the order of the manifest's `outputs`; `undefined` for any shape. */
  shapes(manifest: Manifest): readonly (Shape | undefined)[];
  /**
   * Decodes the candidates whose score reaches the threshold of their class.
   * @param outputs tensors of `shapes`, all values finite and as float32
   * @param thresholds lowest score by class index
   * @throws ModelOutputError for values that are invalid in this family
   */
  decode(outputs: readonly Float32Array[], manifest: Manifest, thresholds: readonly number[]): Candidate[];
}
