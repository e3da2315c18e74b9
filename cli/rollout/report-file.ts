/** The report as one file that needs nothing beside itself. */

import { buildScript } from '../../functions/pages/build.ts';
import { html, Markup } from '../../functions/report/html.ts';
import type { Surroundings } from '../../functions/rollout-report/page.ts';
import { rolloutReportStyle } from '../../functions/rollout-report/style.ts';
import type { Place } from './place.ts';

/** Nothing may be fetched, whatever is in the records. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/** A page from a file has no credentials, so a person is given the command that records a decision. */
export function fileSurroundings({ api, endpoint }: Pick<Place, 'api' | 'endpoint'>): Surroundings {
  return {
    head: html`<meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}">
<style>${new Markup(rolloutReportStyle())}</style>`,
    tail: html`<script type="module">${new Markup(buildScript('report/report-file.ts'))}</script>`,
    control: (id, count) => {
      const command = `curl -X PUT ${api}/${endpoint}/predictions/${id}/decision -H 'content-type: application/json' -d '{"count": COUNT}'`;
      return html`<details class="decision"><summary>Record the number of objects</summary><label>Count <input type="number" min="0" max="1000000" step="1" value="${count}"></label>
<code data-command="${command}">${command.replace('COUNT', String(count))}</code></details>`;
    },
  };
}
