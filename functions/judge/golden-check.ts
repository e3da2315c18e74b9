import type { GoldenFinding } from '../detection/golden-findings.ts';
import { compare } from './agreement.ts';

/** The golden gate's judgement. */
export interface GoldenResult {
  readonly passed: boolean;
  /** What was found, picture by picture where something is wrong. */
  readonly words: string;
}

/**
 * Whether a version answers its golden pictures as its packages expect: each expected object found with the same label, an
 * IoU and a confidence within the package's tolerance, and nothing else.
 */
export function checkGolden(findings: readonly GoldenFinding[]): GoldenResult {
  if (findings.length === 0) return { passed: false, words: 'the packages have no golden pictures to judge by' };
  const faults = findings.flatMap(faultsOf);
  if (faults.length > 0)
    return { passed: false, words: `golden pictures answered otherwise than expected: ${faults.join('; ')}` };
  return { passed: true, words: `all ${findings.length} golden pictures answered as expected` };
}

function faultsOf(finding: GoldenFinding): string[] {
  const { model, picture, expected, found, tolerance } = finding;
  const { matches, missed, extra } = compare(expected, found);
  const faults = [
    ...missed.map((index) => `no ${describe(expected[index])}`),
    ...extra.map((index) => `an unexpected ${describe(found[index])}`),
    ...matches.flatMap(({ baseline, candidate, iou }) => {
      const [wanted, got] = [expected[baseline], found[candidate]];
      if (iou < tolerance.iou) return [`${describe(got)} at an IoU of ${iou.toFixed(2)}, expected ${tolerance.iou}`];
      const shift = Math.abs((got?.confidence ?? 0) - (wanted?.confidence ?? 0));
      return shift > tolerance.confidence ? [`${describe(got)} instead of ${describe(wanted)}`] : [];
    }),
  ];
  return faults.length > 0 ? [`${model}/${picture}: ${faults.join(', ')}`] : [];
}

function describe(detection: GoldenFinding['found'][number] | undefined): string {
  return `${detection?.label} (${detection?.confidence?.toFixed(2)})`;
}
