/** What `checkConfig` says of settings. */

import { checkConfig } from '../../lib/check-config.ts';
import { countEndpoint, type Deployment } from '../../lib/config.ts';
import { ConfigError } from '../../lib/config-errors.ts';
import { CARS } from './synthesis.ts';

/** The lines of the error's message: `path: Expected …, received …`. */
export function faultsOf(settings: unknown): string[] {
  try {
    checkConfig(settings as Deployment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [, ...lines] = error.message.split('\n');
    return lines.map((line) => line.trim());
  }
  return [];
}

/** Settings with one endpoint that has these options as well. */
export function endpointWith(options: object): object {
  return { name: 'test', endpoints: [countEndpoint({ ...CARS, ...options })] };
}
