/** How a new decision changes what is stored about a picture: the latest one of each person is kept. */

import type { Decisions, StoredPreference } from '../api/preference-schemas.ts';
import type { StoredDecision } from '../api/schemas.ts';
import { withOthers } from './human.ts';

const NONE: Decisions = { preferences: [] };

/** With a count. It replaces this person's earlier count and preferences. */
export function withDecision(latest: StoredDecision, before: Decisions | undefined): Decisions {
  const { decision, preferences } = ofPicture(latest.version, before);
  return {
    ...ofVersion(latest.version),
    decision: withOthers(latest, decision),
    preferences: preferences.filter(({ by }) => by !== latest.by),
  };
}

/** Most preferences that are kept: of three people in three rollouts. */
const MOST_PREFERENCES = 9;

/**
 * With a preference. It replaces this person's earlier one on the same pair, and this person's count. A count without a
 * name stays: it came with the picture.
 */
export function withPreference(
  latest: StoredPreference,
  version: string | undefined,
  before: Decisions | undefined,
): Decisions {
  const { decision, preferences } = ofPicture(version, before);
  const others = preferences.filter(({ by, pair }) => by !== latest.by || pair !== latest.pair);
  const counted = latest.by === undefined ? decision : withoutCountOf(latest.by, decision);
  return {
    ...ofVersion(version),
    ...(counted && { decision: counted }),
    preferences: [latest, ...others].slice(0, MOST_PREFERENCES),
  };
}

/** Decisions on another version of an upload are on another picture. */
function ofPicture(version: string | undefined, before: Decisions = NONE): Decisions {
  return before.version === version ? before : NONE;
}

function ofVersion(version: string | undefined): { readonly version?: string } {
  return version === undefined ? {} : { version };
}

/** The newest count of another person takes the place of the removed one. */
function withoutCountOf(person: string, decision: StoredDecision | undefined): StoredDecision | undefined {
  if (!decision) return undefined;
  const { others: all = [], ...own } = decision;
  const others = all.filter(({ by }) => by !== person);
  const [next, ...rest] = own.by === person ? others : [own, ...others];
  return next && { ...next, ...ofVersion(own.version), ...(rest.length > 0 && { others: rest as typeof others }) };
}
