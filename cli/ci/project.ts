import { join, resolve } from 'node:path';

/** Folder of this repository. */
export const PROJECT = resolve(import.meta.dirname, '../..');

/** Folder of the files that the steps hand on to each other. Git ignores it. */
export const OUT = join(PROJECT, 'ci.out');

/** Names of these files in it. */
export const FILES = {
  /** The table of `check`, Markdown. */
  table: 'table.md',
  /** The cloud assembly with its assets. */
  assembly: 'assembly.tar',
  /** The versions that the last `deploy` published or found, by endpoint. */
  versions: 'versions.json',
} as const;
