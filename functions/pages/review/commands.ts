/** What the keys of the review page do. */

import type { Commands } from '../common/commands.ts';

/** `count`: begins to type the true count, with the digit that was pressed, if one was. */
export type Command =
  | { readonly kind: 'count'; readonly digit?: string }
  | { readonly kind: 'confirm' | 'skip' | 'undo' | 'leave' | 'zoom' | 'help' };

const BY_NAME: Readonly<Record<string, Command>> = {
  confirm: { kind: 'confirm' },
  skip: { kind: 'skip' },
  undo: { kind: 'undo' },
  leave: { kind: 'leave' },
  zoom: { kind: 'zoom' },
  help: { kind: 'help' },
  count: { kind: 'count' },
};

const KEYS: Readonly<Record<string, string>> = {
  y: 'confirm',
  s: 'skip',
  u: 'undo',
  escape: 'leave',
  z: 'zoom',
  '?': 'help',
  t: 'count',
};

/** The commands of the review page. Every digit begins a count. */
export const COMMANDS: Commands<Command> = {
  ofKey: (key) => (/^\d$/.test(key) ? { kind: 'count', digit: key } : BY_NAME[KEYS[key.toLowerCase()] ?? '']),
  ofButton: (name) => BY_NAME[name],
};
