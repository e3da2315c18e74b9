/** Notes what a synthesis reads, so that the emulator synthesizes again when it has changed. */

import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** In the assembly. `local/cli/synth.ts` reads it. */
const FILE = 'sources.json';

/** The modules that are imported from now on, but for packages: the settings can be split into several. */
export class ImportedModules {
  private readonly files = new Set<string>();

  constructor() {
    registerHooks({
      load: (url, context, next) => {
        if (url.startsWith('file:') && !url.includes('/node_modules/')) this.files.add(fileURLToPath(url));
        return next(url, context);
      },
    });
  }

  /** Writes the list of them and of further files and folders into an assembly. */
  writeTo(assembly: string, others: readonly string[]): void {
    writeFileSync(join(assembly, FILE), JSON.stringify([...this.files, ...others]));
  }
}
