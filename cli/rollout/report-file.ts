/** The report as one file that loads nothing else. */

import { buildScript } from '../../functions/pages/build.ts';
import { html, Markup } from '../../functions/report/html.ts';
import type { Surroundings } from '../../functions/rollout-report/page.ts';
import { rolloutReportStyle } from '../../functions/rollout-report/style.ts';
import type { DeployedEndpoint } from './deployed-endpoint.ts';

/**
 * So that the page loads nothing but pictures, whatever the records contain.
 * @param pictures where they come from. Default: the page itself
 */
export function pageHead(pictures = 'data:'): Markup {
  const policy = `default-src 'none'; img-src ${pictures}; style-src 'unsafe-inline'; script-src 'unsafe-inline'`;
  return html`<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<style>${new Markup(rolloutReportStyle())}</style>`;
}

/** Wires the gallery. */
export function pageScript(): Markup {
  return html`<script type="module">${new Markup(buildScript('report/report-file.ts'))}</script>`;
}

/** A file has no credentials, so each picture shows the command that records a decision. */
export function fileSurroundings({ api, endpoint }: Pick<DeployedEndpoint, 'api' | 'endpoint'>): Surroundings {
  return {
    head: pageHead(),
    tail: pageScript(),
    control: (id, count) => {
      const url = `${api}/${endpoint}/predictions/${id}/decision`;
      const command = `curl -X PUT ${url} -H 'content-type: application/json' -d '{"count": COUNT}'`;
      const shown = count === undefined ? command : command.replace('COUNT', String(count));
      const open = count === undefined ? new Markup(' open') : '';
      return html`<details class="decision"${open}><summary>Record the number of objects</summary>
<label>Count <input type="number" min="0" max="1000000" step="1" value="${count}"></label>
<code data-command="${command}">${shown}</code></details>`;
    },
  };
}
