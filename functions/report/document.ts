import { html, type Markup } from './html.ts';

/** A report on one page. */
export interface ReportDocument {
  /** Also its heading. */
  readonly title: string;
  /** Policy and style. */
  readonly head: Markup;
  /** What stands below the heading in small letters. */
  readonly about: Markup;
  readonly body: Markup;
  /** The script. */
  readonly tail?: Markup | undefined;
}

/** A report as a whole HTML document. */
export function reportDocument({ title, head, about, body, tail }: ReportDocument): string {
  const page = html`<!doctype html>
<html lang="en"><head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${head}</head><body><main id="report">
<h1>${title}</h1><p class="dim">${about}</p>
${body}
</main>${tail}</body></html>`;
  return `${page.text}\n`;
}
