import type { EndpointSettings } from '../contract.ts';
import type { Objects } from '../platform/objects.ts';
import type { Telemetry } from '../platform/telemetry.ts';
import type { Models } from './models.ts';

/** What every door of the function works with; made once per process. */
export interface Door {
  readonly settings: EndpointSettings;
  readonly objects: Objects;
  readonly models: Models;
  readonly telemetry: Telemetry;
}
