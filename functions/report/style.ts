import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Jest runs CommonJS, which has no `import.meta`. */
const FOLDER = import.meta.dirname ?? __dirname;

/**
 * The stylesheets of `folder`, joined in the order of `files`.
 * For builds and commands only: a deployed function has no stylesheets beside its code.
 */
export function joinStyles(folder: string, files: readonly string[]): string {
  return files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
}

/** The style that all reports share. */
export function reportStyle(): string {
  return joinStyles(FOLDER, ['document.css', 'charts.css', 'gallery.css']);
}
