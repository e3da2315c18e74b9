/**
 * A pair: the answers of live and candidate to one picture, on two sides in random order. Its name and its order are
 * different hashes of rollout and picture, so that both stay after a reload, and the name does not say the order.
 */

import { createHash } from 'node:crypto';
import type { Decisions, StoredPreference } from '../api/preference-schemas.ts';
import type { PersonsDecision, Preference } from '../judge/picture-value.ts';

/** One pair. */
export interface Pair {
  /** Its name: 16 hex digits. */
  readonly name: string;
  /** The version whose answer is on the first side. */
  readonly first: 'live' | 'candidate';
}

/** The pair of a picture in a rollout. @param folder of the rollout's records */
export function pairOf(folder: string, id: string): Pair {
  const isLiveFirst = hashOf('sides', folder, id) % 2 === 0;
  return { name: digest('pair', folder, id).slice(0, 16), first: isLiveFirst ? 'live' : 'candidate' };
}

/** A number from 0 to 2³² − 1 by chance, but the same for the same texts. */
export function hashOf(...texts: readonly string[]): number {
  return Number.parseInt(digest(...texts).slice(0, 8), 16);
}

function digest(...texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex');
}

/** Of each person the latest decision on a picture that counts in this rollout: counts, and preferences on the pair. */
export function decisionsOn({ decision, preferences }: Decisions, pair: Pair): PersonsDecision[] {
  const counts = decision ? [decision.count, ...(decision.others ?? []).map(({ count }) => count)] : [];
  return [...counts, ...preferencesOn(preferences, pair).map(({ preference }) => versionOf(preference, pair))];
}

/** Names of the people whose decision counts; one without a name is left out. */
export function peopleOn({ decision, preferences }: Decisions, pair: Pair): Set<string> {
  const all = [decision, ...(decision?.others ?? []), ...preferencesOn(preferences, pair)];
  return new Set(all.flatMap((each) => each?.by ?? []));
}

function preferencesOn(preferences: readonly StoredPreference[], { name }: Pair): StoredPreference[] {
  return preferences.filter(({ pair }) => pair === name);
}

function versionOf(preference: StoredPreference['preference'], { first }: Pair): Preference {
  if (preference === 'first') return first;
  if (preference === 'second') return first === 'live' ? 'candidate' : 'live';
  return preference;
}
