import type { PlatformSettings } from '../contract.ts';

/** What the page must know before it draws anything. */
export interface PageSettings extends PlatformSettings {
  /** Most bytes of a picture that can be sent straight to an endpoint; bigger ones are uploaded. */
  readonly maxBodyBytes: number;
  /** Whether callers are asked for what `auth` says. Not so where AWS is only played, as on a laptop. */
  readonly guarded: boolean;
}

/** Puts what the page must know before it draws anything into its template. */
export function fillPage(template: string, settings: PageSettings): string {
  // In a script element only "<" can end the data early, and JSON allows to write it otherwise.
  const data = JSON.stringify(settings).replaceAll('<', '\\u003c');
  return template.replaceAll('{{name}}', () => escapeHtml(settings.name)).replace('"{{settings}}"', () => data);
}

/** What a person sees who opens the address itself. */
export function greetingPage({ name, endpoints }: PlatformSettings): string {
  const items = endpoints.map((endpoint) => `<li><code>POST /${escapeHtml(endpoint.name)}</code></li>`).join('');
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(name)}</title><link rel="stylesheet" href="/docs/page.css">
<link rel="icon" href="data:,"></head>
<body><main class="greeting"><h1>${escapeHtml(name)}</h1>
<p>Send a picture, get the objects in it, counted and drawn.</p>
<ul>${items}</ul>
<p><a class="button primary" href="/docs">Try it in the browser</a> <a class="button" href="/status">Watch the rollouts</a> <a class="button" href="/openapi.json">OpenAPI description</a></p></main></body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
