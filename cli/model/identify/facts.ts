import type { Manifest } from '../../../functions/detection/manifest.ts';
import type { OnnxFile } from '../onnx/onnx-file.ts';

type Input = Manifest['input'];

/** One output of the inspection run. */
export interface OutputFact {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly number[];
}

/** The input for the picture, and the one for its size if there is one. */
export type ImageInput = Pick<Input, 'name' | 'type' | 'layout' | 'width' | 'height' | 'sizes'>;

/** Properties of a model file, before its family is identified. */
export interface ModelFacts {
  readonly file: OnnxFile;
  readonly image: ImageInput;
  readonly outputs: readonly OutputFact[];
}

/** A possible family of a model, with the parts of a manifest that follow from it. */
export interface Proposal {
  readonly family: Manifest['family'];
  /** Number of classes by the shape of the outputs; `undefined` where the shape does not determine it. */
  readonly classes: number | undefined;
  /** Names of the outputs in the decoder's order. */
  readonly outputs: readonly string[];
  /** The usual input of this family's models. */
  readonly input: Pick<Input, 'colour' | 'scale' | 'mean' | 'std' | 'fit'>;
  readonly boxes?: NonNullable<Manifest['boxes']>;
  readonly rows?: NonNullable<Manifest['rows']>;
  readonly transposed?: true;
  /** IoU above which NMS takes two boxes for one object. */
  readonly iou: number;
}

/** Rules by which a family is identified. */
export interface FamilyMatcher {
  readonly family: Manifest['family'];
  /** The outputs that the family requires, in words: `one output [1, 3549, 5 + classes]`. */
  expected(facts: ModelFacts): string;
  /** Proposals for the model; empty if it cannot be of this family. */
  match(facts: ModelFacts): readonly Proposal[];
}

/** A model that is not supported; the message has the reason and the remedy. */
export class UnsupportedModelError extends Error {
  override readonly name = 'UnsupportedModelError';
}

/** A tensor in words: `"output" float32 [1, 3549, 85]`. */
export function describeTensor({
  name,
  type,
  dims,
}: {
  name: string;
  type: string;
  dims: readonly (number | string)[];
}): string {
  return `"${name}" ${type} [${dims.join(', ')}]`;
}
