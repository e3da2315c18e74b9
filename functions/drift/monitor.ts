/** The monitor: hour after hour, evidence, and what it says where there is enough. */

import { type Feature, PICTURE_FEATURES } from './bets.ts';
import type { Hour } from './calendar.ts';
import { changesOf, type FeatureChange, largestChanges } from './changes.ts';
import { ALARM_AT, type Detector, type Evidence } from './detector.ts';
import type { HourSketch, Reference } from './reference.ts';

/** A drift that was found. */
export interface Drift {
  /** The first hour of the change, as far as the pictures tell. */
  readonly since: Hour;
  /** The last hour whose pictures were looked at. */
  readonly until: Hour;
  /** ln of the evidence, of all features. */
  readonly evidence: number;
  /** What changed, the leading change first. */
  readonly changes: readonly (FeatureChange & { readonly evidence: number })[];
}

/**
 * Causes before effects: other light changes what is found; another mix of labels changes how many objects there are,
 * their sizes, places and confidences, while their number alone changes no mix.
 */
const CAUSES: readonly ReadonlySet<Feature>[] = [new Set<Feature>(PICTURE_FEATURES), new Set<Feature>(['labels'])];
/** A cause has changed by at least this share of the largest change. What changed by less is an effect itself. */
const LEAST_OF_CAUSE = 2 / 3;

/** ln of a feature's evidence from which it is named: that of all is far over this where there is an alarm. */
const NAMED_AT = ALARM_AT / 2;

/** Whether the evidence is enough for an alarm. */
export function isDrift(detector: Detector, evidence: Evidence): boolean {
  return detector.total(evidence) >= ALARM_AT;
}

/**
 * Says what has changed, and since when.
 * @param hours the hours before the alarm in which the change is sought, in order, the last one that of the alarm
 */
export function driftOf(
  detector: Detector,
  reference: Reference,
  evidence: Evidence,
  hours: readonly HourSketch[],
): Drift {
  const evidences = detector.byFeature(evidence);
  const since = startOf(detector, evidence, evidences, hours);
  const after = hours.filter(({ hour }) => hour >= since);
  const changes = largestChanges(changesOf(reference, after))
    .map((change) => ({ ...change, evidence: evidences.get(change.feature) as number }))
    .filter(({ evidence: ofFeature }) => ofFeature >= NAMED_AT);
  const { hour: until } = hours.at(-1) as HourSketch;
  return { since, until, evidence: detector.total(evidence), changes: causesFirst(changes) };
}

/** @param changes by size, the largest first */
function causesFirst<C extends FeatureChange>(changes: readonly C[]): C[] {
  const least = LEAST_OF_CAUSE * (changes[0]?.size ?? 0);
  const placeOf = ({ feature, size }: C) => {
    const place = size < least ? -1 : CAUSES.findIndex((causes) => causes.has(feature));
    return place < 0 ? CAUSES.length : place;
  };
  return changes.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** By the bet that has won most. */
function startOf(
  detector: Detector,
  evidence: Evidence,
  evidences: ReadonlyMap<Feature, number>,
  hours: readonly HourSketch[],
): Hour {
  const [feature] = [...evidences].toSorted(([, a], [, b]) => b - a)[0] as [Feature, number];
  const [bet] = detector.leadingBets(evidence, feature);
  return bet ? detector.since(bet, hours) : (hours[0] as HourSketch).hour;
}
