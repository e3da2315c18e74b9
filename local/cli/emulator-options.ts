/** The options that choose an emulator, for the commands in messages. */

import { join } from 'node:path';

/** Folder of the emulator without `--home`. */
const DEFAULT_HOME = join(import.meta.dirname, '..', '..', '.laptop');

/** ` --local`, with folder and port where they were given. */
export function emulatorOptions({ home, port }: { readonly home?: string; readonly port?: string }): string {
  const folder = home === undefined || home === DEFAULT_HOME ? '' : ` --home ${inShell(home)}`;
  return ` --local${folder}${port === undefined ? '' : ` --port ${port}`}`;
}

/** In quotes, unless a shell reads it as it is. */
export function inShell(text: string): string {
  return /^[\w./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
