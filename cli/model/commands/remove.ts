import { rm } from 'node:fs/promises';
import { deployment } from '../../../lib/endpoints.ts';
import type { Output } from '../../terminal/terminal.ts';
import { packageFolder } from '../files/package-folder.ts';

export interface RemoveOptions {
  readonly models: string;
  /** Removes it although an endpoint names it. */
  readonly force?: boolean;
}

/** An endpoint still names the package. */
export class ModelInUseError extends Error {
  override readonly name = 'ModelInUseError';
}

/**
 * `model remove`: deletes a package. Versions that were deployed with it keep it: they carry their own copy.
 * @throws UnknownModelError, ModelInUseError
 */
export async function removeCommand(name: string, { models, force }: RemoveOptions, output: Output): Promise<void> {
  const folder = await packageFolder(models, name);
  const users = endpointsOf(name);
  if (users.length > 0 && !force) {
    throw new ModelInUseError(
      `expected a model that no endpoint names, received "${name}", which lib/endpoints.ts has in ${users.join(', ')}; ` +
        'name another model there first, or say --force',
    );
  }
  await rm(folder, { recursive: true });
  output.print(`Removed ${folder}.`);
}

function endpointsOf(model: string): string[] {
  const uses = (endpoint: (typeof deployment.endpoints)[number]) =>
    endpoint.kind === 'count' ? endpoint.model === model : endpoint.models.includes(model);
  return deployment.endpoints.filter(uses).map(({ name }) => name);
}
