import type { Credentials } from './api.ts';
import { byId, element } from './element.ts';
import { authOf, type PageSettings } from './page-settings.ts';

/** Where the token is kept: until the tab is closed. */
const STORED = 'token';

/**
 * Shows how callers prove who they are, and gives the headers for it.
 * @param unsigned what a person does instead where requests must be signed, which a page cannot
 */
export function openAccess(
  settings: PageSettings,
  onChange: () => void,
  unsigned: readonly (string | Node)[],
): Credentials {
  const auth = authOf(settings);
  const place = byId('access', HTMLElement);
  if (auth !== settings.auth) place.append(rehearsalNotice(settings.auth));
  if (auth === 'iam') place.append(iamNotice(unsigned));
  if (auth !== 'jwt') return () => ({});
  place.append(tokenField(onChange));
  return storedToken;
}

/** The token that was given in this tab, if one was. */
export const storedToken: Credentials = () => {
  const token = sessionStorage.getItem(STORED);
  return token ? { authorization: `Bearer ${token}` } : {};
};

function rehearsalNotice(auth: PageSettings['auth']): HTMLElement {
  const deployed = auth === 'iam' ? 'requests signed with AWS credentials (IAM)' : 'a token (JWT)';
  return element('p', { class: 'fine' }, `Deployed, this API wants ${deployed}. Here nobody is asked.`);
}

function iamNotice(unsigned: readonly (string | Node)[]): HTMLElement {
  return element(
    'div',
    { class: 'notice' },
    element('p', {}, element('b', {}, 'This API wants requests that are signed with AWS credentials (IAM).')),
    element('p', {}, 'Credentials do not belong into a browser, so this page does not ask for them. ', ...unsigned),
  );
}

function tokenField(onChange: () => void): HTMLElement {
  const input = element('input', { type: 'password', id: 'token', autocomplete: 'off', spellcheck: 'false' });
  input.value = sessionStorage.getItem(STORED) ?? '';
  input.addEventListener('change', () => {
    sessionStorage.setItem(STORED, input.value.trim().replace(/^Bearer\s+/i, ''));
    onChange();
  });
  const hint = 'Sent as a bearer token to this API only; forgotten when the tab is closed.';
  return element(
    'div',
    { class: 'notice' },
    element('label', { for: 'token' }, element('b', {}, 'Access token (JWT)')),
    input,
    element('p', { class: 'fine' }, hint),
  );
}
