import type { GoldenFinding } from '../detection/golden-findings.ts';
import type { CheckedPart } from '../detection/unchecked.ts';
import { compare, type Detection } from './agreement.ts';

/** A detection as far as a sentence about it needs it. */
type Seen = Pick<Detection, 'label' | 'confidence'>;

/** One difference between the expected and the found detections of a golden picture. */
export type GoldenDifference =
  | { readonly kind: 'missed'; readonly expected: Seen }
  | { readonly kind: 'extra'; readonly found: Seen }
  /** The same object, but the boxes overlap too little. */
  | { readonly kind: 'moved'; readonly found: Seen; readonly iou: number; readonly leastIou: number }
  /** The same object, but the confidence differs too much. */
  | { readonly kind: 'confidence'; readonly expected: Seen; readonly found: Seen };

/** A golden picture whose detections differ from the expected ones. */
export interface GoldenPictureDifference {
  /** Name of the model package. */
  readonly model: string;
  /** File name of the picture. */
  readonly picture: string;
  /** At least one. */
  readonly differences: readonly GoldenDifference[];
}

/** Why a version does not pass its golden gate. */
export type GoldenFailure =
  | { readonly kind: 'no-pictures' }
  | { readonly kind: 'different'; readonly pictures: readonly GoldenPictureDifference[] }
  /** The version answers with an error. */
  | { readonly kind: 'error'; readonly error: string };

/** The golden gate's judgement. `explainGolden` makes a sentence of it. JSON. */
export type GoldenResult =
  /** `pictures`: how many. `unchecked`: packages with parts that nothing has proven; absent: none. */
  | { readonly passed: true; readonly pictures: number; readonly unchecked?: readonly UncheckedPackage[] }
  | { readonly passed: false; readonly failure: GoldenFailure };

/** A model package with parts that golden pictures did not prove when it was made. */
export interface UncheckedPackage {
  readonly model: string;
  /** At least one. */
  readonly parts: readonly CheckedPart[];
}

/**
 * Compares a version's detections in its golden pictures with those that its packages expect: each expected object with
 * the same label, an IoU and a confidence within the package's tolerance, and no other object.
 */
export function checkGolden(findings: readonly GoldenFinding[]): GoldenResult {
  if (findings.length === 0) return { passed: false, failure: { kind: 'no-pictures' } };
  const pictures = findings.flatMap((finding) => {
    const { model, picture } = finding;
    const differences = differencesIn(finding);
    return differences.length > 0 ? [{ model, picture, differences }] : [];
  });
  if (pictures.length > 0) return { passed: false, failure: { kind: 'different', pictures } };
  const open = uncheckedPackages(findings);
  return { passed: true, pictures: findings.length, ...(open.length > 0 && { unchecked: open }) };
}

function uncheckedPackages(findings: readonly GoldenFinding[]): UncheckedPackage[] {
  const byModel = new Map(findings.flatMap(({ model, unchecked }) => (unchecked ? [[model, unchecked]] : [])));
  return [...byModel].map(([model, parts]) => ({ model, parts }));
}

function differencesIn({ expected, found, tolerance }: GoldenFinding): GoldenDifference[] {
  const { matches, missed, extra } = compare(expected, found);
  const [expectedAt, foundAt] = [seenIn(expected), seenIn(found)];
  return [
    ...missed.map((index) => ({ kind: 'missed' as const, expected: expectedAt(index) })),
    ...extra.map((index) => ({ kind: 'extra' as const, found: foundAt(index) })),
    ...matches.flatMap(({ baseline, candidate, iou }) =>
      matchDifference({ expected: expectedAt(baseline), found: foundAt(candidate), iou }, tolerance),
    ),
  ];
}

function seenIn(detections: readonly Seen[]): (index: number) => Seen {
  return (index) => {
    const { label, confidence } = detections[index] as Seen;
    return { label, confidence };
  };
}

interface SameObject {
  readonly expected: Seen;
  readonly found: Seen;
  readonly iou: number;
}

function matchDifference(
  { expected, found, iou }: SameObject,
  tolerance: GoldenFinding['tolerance'],
): GoldenDifference[] {
  if (iou < tolerance.iou) return [{ kind: 'moved', found, iou, leastIou: tolerance.iou }];
  const shift = Math.abs(found.confidence - expected.confidence);
  return shift > tolerance.confidence ? [{ kind: 'confidence', expected, found }] : [];
}
