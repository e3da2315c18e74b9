import { type Manifest, manifestSchema } from '../../../functions/detection/manifest.ts';
import type { ImageInput } from '../identify/facts.ts';
import type { Hypothesis } from '../identify/propose.ts';

/** What a manifest says beside what the model is. */
export interface PackageFacts {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly licence: string;
  readonly provenance: string;
  /** Default 0.4: between the few false objects of good models and the many missed ones of higher thresholds. */
  readonly confidence?: number;
  readonly iou?: number;
  /** Default `across-classes`, as counting wants it. */
  readonly nms?: Manifest['nms'];
}

const DEFAULT_CONFIDENCE = 0.4;

/** The manifest of a model that is taken for something. @throws ZodError where the facts break its rules */
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
