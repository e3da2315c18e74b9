import { type Manifest, manifestSchema } from '../../../functions/detection/manifest.ts';
import type { ImageInput } from '../identify/facts.ts';
import type { Hypothesis } from '../identify/propose.ts';

/** The parts of a manifest that do not depend on the model's family. */
export interface PackageFacts {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly licence: string;
  readonly provenance: string;
  /** Default 0.4: lower thresholds let false objects through, higher ones miss objects. */
  readonly confidence?: number;
  readonly iou?: number;
  /** Default `across-classes`, because counting needs one box per object. */
  readonly nms?: Manifest['nms'];
}

const DEFAULT_CONFIDENCE = 0.4;

/** The manifest for a hypothesis about a model. @throws ZodError for facts that violate the schema */
export function proposedManifest(image: ImageInput, hypothesis: Hypothesis, facts: PackageFacts): Manifest {
  const { family, outputs, labels, input, boxes, iou } = hypothesis;
  return manifestSchema.parse({
    name: facts.name,
    version: facts.version,
    family,
    input: { ...image, ...input },
    outputs,
    ...(boxes && { boxes }),
    labels,
    thresholds: { confidence: facts.confidence ?? DEFAULT_CONFIDENCE, iou: facts.iou ?? iou },
    nms: facts.nms ?? 'across-classes',
    sha256: facts.sha256,
    licence: facts.licence,
    provenance: facts.provenance,
  });
}
