import { byId } from './element.ts';
import type { PageSettings } from './page-settings.ts';

/**
 * The settings that the docs function wrote into the page.
 * In a file of its own, because Node loads `page-settings.ts` without a DOM.
 */
export function readSettings(): PageSettings {
  return JSON.parse(byId('settings', HTMLScriptElement).textContent) as PageSettings;
}
