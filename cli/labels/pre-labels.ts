/** What versions found in a picture, as boxes for a person to correct. */

import type { Box } from '../../functions/detection/box.ts';
import { compare, type Detection } from '../../functions/judge/agreement.ts';

/** The answer of one version to a picture. */
export interface Answer {
  readonly version: string;
  readonly detections: readonly Detection[];
}

/** A box that a version found. */
export interface FoundBox {
  readonly version: string;
  /** Confidence, 0–1. */
  readonly score: number;
  /** Pixels of the upright picture. */
  readonly box: Box;
}

/** One object: the box of the version that is surest of it, and the boxes of the others. */
export interface PreLabel extends FoundBox {
  readonly label: string;
  readonly others: readonly FoundBox[];
}

/**
 * One box for each object, because formats with one layer of boxes would make a person delete the second box of each
 * object that two versions found. Boxes of the same label with an IoU from 0.5 on are the same object, as in a shadow.
 */
export function preLabelsOf(answers: readonly Answer[]): PreLabel[] {
  let objects: FoundObject[] = [];
  for (const { version, detections } of answers) objects = joined(objects, version, detections);
  return objects.map(({ label, found }) => {
    const [{ version, score, box }, ...others] = found.toSorted((a, b) => b.score - a.score) as [FoundBox];
    return { label, version, score, box, others };
  });
}

interface FoundObject {
  readonly label: string;
  readonly found: readonly FoundBox[];
}

function joined(objects: readonly FoundObject[], version: string, detections: readonly Detection[]): FoundObject[] {
  const known = objects.map(({ label, found: [first] }) => ({ label, ...asDetection(first as FoundBox) }));
  const { matches, extra } = compare(known, detections);
  const boxOf = (index: number): FoundBox => {
    const { confidence: score, box } = detections[index] as Detection;
    return { version, score, box };
  };
  const partners = new Map(matches.map(({ baseline, candidate }) => [baseline, candidate]));
  const extended = objects.map((each, index) => {
    const partner = partners.get(index);
    return partner === undefined ? each : { ...each, found: [...each.found, boxOf(partner)] };
  });
  const added = extra.map((index) => ({ label: (detections[index] as Detection).label, found: [boxOf(index)] }));
  return [...extended, ...added];
}

function asDetection({ score, box }: FoundBox): Omit<Detection, 'label'> {
  return { confidence: score, box };
}
