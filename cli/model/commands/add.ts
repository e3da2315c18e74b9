import { join } from 'node:path';
import type { Output } from '../../terminal/terminal.ts';
import { shortPath } from '../files/package-folder.ts';
import type { AddOptions } from '../package/add-options.ts';
import { addPackage } from '../package/add-package.ts';
import { readCatalog } from '../package/catalog.ts';
import { resolveSource } from '../package/source.ts';

/** `model add`: makes a model package and says how to use it. @throws as `addPackage` */
export async function addCommand(given: string, options: AddOptions, output: Output): Promise<void> {
  const source = await resolveSource(given, { catalog: await readCatalog(), ...options });
  const name = await addPackage(source, options, output);
  output.print(
    `Wrote ${shortPath(join(options.models, name))}. To deploy it, set model: '${name}' in lib/endpoints.ts. ` +
      `To measure it on your photos: npm run model -- eval ${name} --photos <folder> --truth <file>`,
  );
}
