import { byId } from './element.ts';
import type { PageSettings } from './page-settings.ts';

/** The settings that the docs function wrote into the page. Apart from their types, which Node reads without a DOM. */
export function readSettings(): PageSettings {
  return JSON.parse(byId('settings', HTMLScriptElement).textContent) as PageSettings;
}
