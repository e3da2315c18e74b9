import type { Manifest } from '../../../functions/detection/manifest.ts';
import type { OnnxFile } from '../onnx/onnx-file.ts';

type Input = Manifest['input'];

/** One output as a trial run gave it. */
export interface OutputFact {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly number[];
}

/** The picture's input, and the size's where there is one. */
export type ImageInput = Pick<Input, 'name' | 'type' | 'layout' | 'width' | 'height' | 'sizes'>;

/** What is known about a model before anyone says what it means. */
export interface ModelFacts {
  readonly file: OnnxFile;
  readonly image: ImageInput;
  readonly outputs: readonly OutputFact[];
}

/** What a model could be: the parts of a manifest that follow from its family. */
export interface Proposal {
  readonly family: Manifest['family'];
  /** Classes that the outputs have room for; `undefined` where they do not tell. */
  readonly classes: number | undefined;
  /** Names of the outputs in the decoder's order. */
  readonly outputs: readonly string[];
  /** How this family's models are usually fed. */
  readonly input: Pick<Input, 'colour' | 'scale' | 'mean' | 'std' | 'fit'>;
  readonly boxes?: NonNullable<Manifest['boxes']>;
  /** IoU over which two boxes are one object. */
  readonly iou: number;
}

/** A family as it is recognised. */
export interface FamilyMatcher {
  readonly family: Manifest['family'];
  /** What its outputs have to look like, for people: `one output [1, 3549, 5 + classes]`. */
  expected(facts: ModelFacts): string;
  /** What the model could be in this family; nothing where it cannot. */
  match(facts: ModelFacts): readonly Proposal[];
}

/** A model that cannot be taken; the message says why, and what to do. */
export class UnsupportedModelError extends Error {
  override readonly name = 'UnsupportedModelError';
}

/** An output as people write it: `"output" float32 [1, 3549, 85]`. */
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
