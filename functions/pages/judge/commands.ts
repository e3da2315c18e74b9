/** What the keys of the page do. */

import type { StoredPreference } from '../../api/preference-schemas.ts';
import type { Commands } from '../common/commands.ts';

/** A side, or none. */
export type Preference = StoredPreference['preference'];

/** What a key or a button does. `count`: begins to type the true count, with the digit that was pressed, if one was. */
export type Command =
  | { readonly kind: 'prefer'; readonly preference: Preference }
  | { readonly kind: 'count'; readonly digit?: string }
  | { readonly kind: 'undo' | 'leave' | 'zoom' | 'help' };

const BY_NAME: Readonly<Record<string, Command>> = {
  first: { kind: 'prefer', preference: 'first' },
  second: { kind: 'prefer', preference: 'second' },
  both: { kind: 'prefer', preference: 'both' },
  neither: { kind: 'prefer', preference: 'neither' },
  'cannot tell': { kind: 'prefer', preference: 'cannot tell' },
  undo: { kind: 'undo' },
  leave: { kind: 'leave' },
  zoom: { kind: 'zoom' },
  help: { kind: 'help' },
  count: { kind: 'count' },
};

const KEYS: Readonly<Record<string, string>> = {
  '1': 'first',
  arrowleft: 'first',
  '2': 'second',
  arrowright: 'second',
  '=': 'both',
  '0': 'both',
  n: 'neither',
  c: 'cannot tell',
  u: 'undo',
  escape: 'leave',
  z: 'zoom',
  '?': 'help',
  t: 'count',
};

/** The command of a key. Digits from 3 on begin a count: 0, 1 and 2 are decisions. */
export function commandOfKey(key: string): Command | undefined {
  if (/^[3-9]$/.test(key)) return { kind: 'count', digit: key };
  return BY_NAME[KEYS[key.toLowerCase()] ?? ''];
}

/** The command of a button, by its name. */
export function commandOfButton(name: string): Command | undefined {
  return BY_NAME[name];
}

/** The commands of the judge page. */
export const COMMANDS: Commands<Command> = { ofKey: commandOfKey, ofButton: commandOfButton };

/** A decision in words: `1 is more right`. */
export function inWords(decision: Preference | number): string {
  if (typeof decision === 'number') return `the true count is ${decision}`;
  return WORDS[decision];
}

const WORDS: Readonly<Record<Preference, string>> = {
  first: '1 is more right',
  second: '2 is more right',
  both: 'both are as right',
  neither: 'neither is right',
  'cannot tell': 'cannot tell',
};
