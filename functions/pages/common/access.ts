import type { Credentials } from './api.ts';
import { byId, element } from './element.ts';
import { authOf, type PageSettings, type Role, requiredAuth } from './page-settings.ts';

/** Key of the token in session storage, which lasts until the tab is closed. */
const TOKEN_KEY = 'token';

/** Who uses a page. */
export interface Access {
  readonly role: Role;
  /** What users do instead where requests must be signed, because a page cannot sign them. */
  readonly alternative: readonly (string | Node)[];
}

/**
 * Shows how the users of a page authenticate, and returns the headers for it.
 * @param onChange called when the token changes
 */
export function openAccess(settings: PageSettings, onChange: () => void, { role, alternative }: Access): Credentials {
  const auth = authOf(settings, role);
  const required = requiredAuth(settings, role);
  const container = byId('access', HTMLElement);
  if (!settings.guarded && required !== 'none') container.append(emulatorNotice(required));
  if (required === 'iam' && settings.signedFor !== undefined) container.append(consoleNotice(settings.signedFor));
  if (auth === 'iam') container.append(iamNotice(alternative));
  if (auth !== 'jwt') return () => ({});
  container.append(tokenField(onChange));
  return storedToken;
}

/** The header with the token that was entered in this tab; none without a token. */
export const storedToken: Credentials = () => {
  const token = sessionStorage.getItem(TOKEN_KEY);
  return token ? { authorization: `Bearer ${token}` } : {};
};

function emulatorNotice(auth: PageSettings['auth']): HTMLElement {
  const required = auth === 'iam' ? 'requests signed with AWS credentials (IAM)' : 'a token (JWT)';
  return element('p', { class: 'fine' }, `Once deployed, this API requires ${required}. The local emulator does not.`);
}

function consoleNotice(api: string): HTMLElement {
  return element('p', { class: 'fine' }, `The console signs requests to ${api} with your AWS credentials.`);
}

function iamNotice(alternative: readonly (string | Node)[]): HTMLElement {
  return element(
    'div',
    { class: 'notice' },
    element('p', {}, element('b', {}, 'This API requires requests signed with AWS credentials (IAM).')),
    element('p', {}, 'For safety, this page does not accept AWS credentials. ', ...alternative),
  );
}

function tokenField(onChange: () => void): HTMLElement {
  const input = element('input', { type: 'password', id: 'token', autocomplete: 'off', spellcheck: 'false' });
  input.value = sessionStorage.getItem(TOKEN_KEY) ?? '';
  input.addEventListener('change', () => {
    sessionStorage.setItem(TOKEN_KEY, input.value.trim().replace(/^Bearer\s+/i, ''));
    onChange();
  });
  const hint = 'Sent as a bearer token to this API only. Deleted when you close the tab.';
  return element(
    'div',
    { class: 'notice' },
    element('label', { for: 'token' }, element('b', {}, 'Access token (JWT)')),
    input,
    element('p', { class: 'fine' }, hint),
  );
}
