import type { PlatformSettings } from '../../contract.ts';

/** An endpoint with the defaults of its options. */
export type Endpoint = PlatformSettings['endpoints'][number];

/** What the docs function writes into the pages. */
export interface PageSettings extends PlatformSettings {
  /** Most bytes of a picture in a request to an endpoint; larger pictures are uploaded. */
  readonly maxBodyBytes: number;
  /** Whether the API enforces authentication. The local emulator does not. */
  readonly guarded: boolean;
  /** Address of the API whose requests `npm run console` signs. Absent: the API itself serves the page. */
  readonly signedFor?: string;
}

/** Who sends a request: operators read status and report, and decide. */
export type Role = 'callers' | 'operators';

/** The authentication that a deployed API requires. */
export function requiredAuth({ auth, operatorAuth }: PageSettings, role: Role): PageSettings['auth'] {
  return role === 'operators' ? (operatorAuth ?? auth) : auth;
}

/** The authentication that the page needs from its user: none where nothing is enforced or the console signs. */
export function authOf(settings: PageSettings, role: Role): PageSettings['auth'] {
  const required = requiredAuth(settings, role);
  const isSigned = required === 'iam' && settings.signedFor !== undefined;
  return settings.guarded && !isSigned ? required : 'none';
}
