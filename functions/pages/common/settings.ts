import { byId } from './element.ts';
import type { PageSettings } from './page-settings.ts';

/** What the docs function put into the page. */
export function readSettings(): PageSettings {
  return JSON.parse(byId('settings', HTMLScriptElement).textContent) as PageSettings;
}
