import type { PlatformSettings } from '../../contract.ts';

/** An endpoint with what a request gets that says nothing. */
export type Endpoint = PlatformSettings['endpoints'][number];

/** What the docs function puts into the page. */
export interface PageSettings extends Omit<PlatformSettings, 'endpoints'> {
  readonly endpoints: readonly Endpoint[];
  /** Most bytes of a picture that can be sent straight to an endpoint; bigger ones are uploaded. */
  readonly maxBodyBytes: number;
  /** Whether callers are asked for what `auth` says; not so on a laptop. */
  readonly guarded: boolean;
}

/** How callers really prove who they are. */
export function authOf({ auth, guarded }: PageSettings): PageSettings['auth'] {
  return guarded ? auth : 'none';
}
