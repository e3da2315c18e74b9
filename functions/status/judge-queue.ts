/** Which of the drawn pictures a person judges next. */

import type { Decisions } from '../api/preference-schemas.ts';
import { MOST_OPEN } from '../records/drawn-pictures.ts';
import { decisionsOn, hashOf, pairOf, peopleOn } from '../records/pairs.ts';

/** One picture in so many is for several people, so that their decisions can be compared. */
const SHARED = 5;
/** Most people who judge such a picture. */
const MOST_PEOPLE = 3;

/**
 * Ids of the next pictures for a person: those without a decision, and of every fifth also those that others have
 * decided. In another order for each person, so that two who judge at the same time seldom see the same picture.
 * @param by the person's name; undefined: nobody has judged under it
 * @param decisions of all drawn pictures, by id
 * @param folder of the rollout's records
 */
export function queueFor(
  by: string | undefined,
  decisions: ReadonlyMap<string, Decisions>,
  folder: string,
): readonly string[] {
  const isNext = (id: string, own: Decisions): boolean => {
    const pair = pairOf(folder, id);
    const people = decisionsOn(own, pair).length;
    if (people === 0) return true;
    if (by === undefined || people >= MOST_PEOPLE || peopleOn(own, pair).has(by)) return false;
    return hashOf('shared', folder, id) % SHARED === 0;
  };
  return [...decisions]
    .filter(([id, own]) => isNext(id, own))
    .map(([id]) => ({ id, turn: hashOf('turn', folder, by ?? '', id) }))
    .toSorted((a, b) => a.turn - b.turn)
    .slice(0, MOST_OPEN)
    .map(({ id }) => id);
}
