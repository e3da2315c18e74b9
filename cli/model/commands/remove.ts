import { rm } from 'node:fs/promises';
import { deployment } from '../../../lib/endpoints.ts';
import type { Output } from '../../terminal/terminal.ts';
import { packageFolder } from '../files/package-folder.ts';

export interface RemoveOptions {
  readonly models: string;
  /** Removes it even if an endpoint uses it. */
  readonly force?: boolean;
}

/** An endpoint uses the package. */
export class ModelInUseError extends Error {
  override readonly name = 'ModelInUseError';
}

/**
 * `model remove`: deletes a package. Deployed versions keep their own copy.
 * @throws UnknownModelError, ModelInUseError
 */
export async function removeCommand(name: string, { models, force }: RemoveOptions, output: Output): Promise<void> {
  const folder = await packageFolder(models, name);
  const users = endpointsOf(name);
  if (users.length > 0 && !force) {
    throw new ModelInUseError(
      `Expected a model that no endpoint uses, received "${name}", ` +
        `which lib/endpoints.ts uses for ${users.join(', ')}; set another model there first, or use --force`,
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
