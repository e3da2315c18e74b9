import type * as z from 'zod';
import { type Manifest, manifestSchema } from '../../../functions/detection/manifest.ts';
import { describeIssue } from '../../../functions/detection/manifest-issue.ts';
import { type ImageInput, UnsupportedModelError } from '../identify/facts.ts';
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

/**
 * The manifests for hypotheses about a model, without those that the schema excludes.
 * @throws UnsupportedModelError with the faults of each, if the schema excludes all
 */
export function proposedManifests(
  image: ImageInput,
  hypotheses: readonly Hypothesis[],
  facts: PackageFacts,
): Manifest[] {
  const parsed = hypotheses.map((each) => manifestSchema.safeParse(fields(image, each, facts), { reportInput: true }));
  const manifests = parsed.flatMap(({ data }) => data ?? []);
  if (manifests.length > 0) return manifests;
  const faults = parsed.flatMap(({ error }) => error?.issues.map(describeIssue) ?? []);
  throw new UnsupportedModelError(
    `Expected a valid manifest, received one with errors: ${[...new Set(faults)].join('; ')}. Correct the options, ` +
      'or export the model with another input (docs/models.md)',
  );
}

function fields(image: ImageInput, hypothesis: Hypothesis, facts: PackageFacts): z.input<typeof manifestSchema> {
  const { family, outputs, labels, input, boxes, rows, transposed, iou } = hypothesis;
  return {
    name: facts.name,
    version: facts.version,
    family,
    input: { ...image, ...input },
    outputs: [...outputs],
    ...(boxes && { boxes }),
    ...(rows && { rows }),
    ...(transposed && { transposed }),
    labels: [...labels],
    thresholds: { confidence: facts.confidence ?? DEFAULT_CONFIDENCE, iou: facts.iou ?? iou },
    nms: facts.nms ?? 'across-classes',
    sha256: facts.sha256,
    licence: facts.licence,
    provenance: facts.provenance,
  };
}
