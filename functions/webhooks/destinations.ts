/** The destinations of a deployment, as the environment has them. */

import { DELIVERY_ENV, type Destination, type DestinationEntry, secretParameter } from '../events-contract.ts';
import { readVariable } from '../platform/settings.ts';

/** By the name of their queue. @throws SettingsError when a variable is missing */
export function readDestinations(environment: Readonly<Record<string, string | undefined>>): Map<string, Destination> {
  const entries = JSON.parse(readVariable(DELIVERY_ENV.destinations, environment)) as DestinationEntry[];
  const deployment = readVariable(DELIVERY_ENV.deployment, environment);
  // All queues are of one account and region, so that their addresses differ in the name alone.
  const [base = ''] = /^.*\//.exec(readVariable(DELIVERY_ENV.queue, environment)) ?? [];
  return new Map(
    entries.map(([queue, deadLetters, kind, name, address]) => [
      queue,
      {
        name,
        kind,
        ...(address !== undefined && { address }),
        ...(kind !== 'topic' && { parameter: secretParameter(deployment, name) }),
        queue: `${base}${queue}`,
        deadLetters: `${base}${deadLetters}`,
      },
    ]),
  );
}
