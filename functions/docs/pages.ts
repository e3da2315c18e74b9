import type { PageSettings } from '../pages/common/page-settings.ts';
import { html } from '../report/html.ts';

/**
 * Fills the placeholders of a page's template: `{{name}}`, `{{endpoints}}` as list items, `"{{settings}}"` as JSON.
 * @throws Error for an unknown placeholder
 */
export function fillPage(template: string, settings: PageSettings): string {
  const { name, endpoints } = settings;
  const values: Readonly<Record<string, string>> = {
    name: html`${name}`.text,
    endpoints: html`${endpoints.map((endpoint) => html`<li><code>POST /${endpoint.name}</code></li>`)}`.text,
    // In a script element only "<" can end the data early, and JSON allows to write it otherwise.
    settings: JSON.stringify(settings).replaceAll('<', '\\u003c'),
  };
  return template.replace(/"\{\{settings\}\}"|\{\{(\w+)\}\}/g, (_, placeholder = 'settings') => {
    const value = values[placeholder];
    if (value === undefined) throw new Error(`Expected a known placeholder, received ${placeholder}`);
    return value;
  });
}
