import type { PlatformSettings } from '../../contract.ts';

/** An endpoint with the defaults of its options. */
export type Endpoint = PlatformSettings['endpoints'][number];

/** What the docs function writes into the pages. */
export interface PageSettings extends PlatformSettings {
  /** Most bytes of a picture in a request to an endpoint; larger pictures are uploaded. */
  readonly maxBodyBytes: number;
  /** Whether the API enforces authentication. The local emulator does not. */
  readonly guarded: boolean;
}

/** Who sends a request: operators read status and report, and decide. */
export type Role = 'callers' | 'operators';

/** The authentication that a deployed API requires. */
export function requiredAuth({ auth, operatorAuth }: PageSettings, role: Role): PageSettings['auth'] {
  return role === 'operators' ? (operatorAuth ?? auth) : auth;
}

/** The authentication that the API enforces. */
export function authOf(settings: PageSettings, role: Role): PageSettings['auth'] {
  return settings.guarded ? requiredAuth(settings, role) : 'none';
}
