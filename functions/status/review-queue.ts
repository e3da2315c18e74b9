/** Which pictures of a review a person counts next, and on which people differ. */

import type { Decisions } from '../api/preference-schemas.ts';
import { hashOf, pairOf } from '../records/pairs.ts';
import { REVIEW_KEYS } from '../review-contract.ts';

/** People who count each picture, so that their counts can be compared. */
const PEOPLE = 2;

/** The count of one person. */
export interface PersonsCount {
  readonly by: string;
  readonly count: number;
}

/** State of a review. */
export interface ReviewState {
  /** Ids for this person, in order. */
  readonly queue: readonly string[];
  readonly reviewed: number;
  readonly compared: number;
  readonly same: number;
  /** Counts by picture, where they differ. */
  readonly differing: ReadonlyMap<string, readonly PersonsCount[]>;
}

/** Name of a picture in reviews: what a person has skipped is a preference on it. */
export function skipName(endpoint: string, id: string): string {
  return pairOf(REVIEW_KEYS.list(endpoint), id).name;
}

/** The latest count of each person. One without a name came with the picture, and belongs to nobody. */
export function countsOf({ decision }: Decisions): PersonsCount[] {
  const all = decision ? [decision, ...(decision.others ?? [])] : [];
  return all.flatMap(({ by, count }) => (by === undefined ? [] : [{ by, count }]));
}

/**
 * First the pictures that one other person has counted, so that pairs of counts become complete; then those that
 * nobody has. The latter in another order for each person, so that two who review at the same time begin apart.
 * @param by name of the person; undefined: nobody has counted under it
 * @param decisions on the pictures of the review, by id
 */
export function reviewState(
  endpoint: string,
  by: string | undefined,
  decisions: ReadonlyMap<string, Decisions>,
): ReviewState {
  const counted = [...decisions].map(([id, own]) => ({ id, own, counts: countsOf(own) }));
  const open = counted.filter(({ id, own, counts }) => {
    const isDone = counts.length >= PEOPLE || counts.some((each) => each.by === by);
    return !isDone && !hasSkipped(by, skipName(endpoint, id), own);
  });
  const turn = (id: string) => hashOf('review', endpoint, by ?? '', id);
  const queue = open.toSorted((a, b) => b.counts.length - a.counts.length || turn(a.id) - turn(b.id));
  const compared = counted.filter(({ counts }) => counts.length >= PEOPLE);
  const differing = compared.filter(({ counts }) => counts.some(({ count }) => count !== counts[0]?.count));
  return {
    queue: queue.map(({ id }) => id),
    reviewed: counted.filter(({ counts }) => counts.length > 0).length,
    compared: compared.length,
    same: compared.length - differing.length,
    differing: new Map(differing.map(({ id, counts }) => [id, counts])),
  };
}

function hasSkipped(by: string | undefined, name: string, { preferences }: Decisions): boolean {
  return by !== undefined && preferences.some((each) => each.by === by && each.pair === name);
}
