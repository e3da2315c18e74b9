import type { PlatformSettings } from '../../contract.ts';

/** An endpoint with the defaults of its options. */
export type Endpoint = PlatformSettings['endpoints'][number];

/** What the docs function writes into the pages. */
export interface PageSettings extends PlatformSettings {
  /** Most bytes of a picture in a request to an endpoint; larger pictures are uploaded. */
  readonly maxBodyBytes: number;
  /** Whether the API enforces `auth`. The local emulator does not. */
  readonly guarded: boolean;
}

/** The authentication that the API enforces. */
export function authOf({ auth, guarded }: PageSettings): PageSettings['auth'] {
  return guarded ? auth : 'none';
}
