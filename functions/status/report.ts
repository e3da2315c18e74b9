/** The report as the API gives it: its pictures lie in the bucket, and decisions are recorded from the page itself. */

import { ReportNotFoundError, shown } from '../api/errors.ts';
import { html } from '../report/html.ts';
import { readData } from '../rollout-report/data.ts';
import { readDecisions } from '../rollout-report/decisions.ts';
import { worstDisagreements } from '../rollout-report/disagreements.ts';
import { reportPage, type Surroundings } from '../rollout-report/page.ts';
import type { EndpointClients } from '../standing/clients.ts';
import { presignedPictures } from './pictures.ts';

/**
 * The report of a version's rollout.
 * @param version absent: nothing was ever rolled out
 * @throws ReportNotFoundError, StoreUnavailableError
 */
export async function liveReport(place: EndpointClients, version: string | undefined, now: Date): Promise<string> {
  const data = version === undefined ? undefined : await readData(place, version);
  if (!data) {
    const expected = `a version of ${place.endpoint} that was rolled out`;
    throw new ReportNotFoundError([{ field: 'version', expected, received: shown(version ?? 'none') }]);
  }
  const disagreements = worstDisagreements(data.comparisons);
  const [pictures, decisions] = await Promise.all([
    presignedPictures(place, disagreements, now),
    readDecisions(place, disagreements),
  ]);
  return reportPage({ ...data, disagreements, pictures, decisions, now }, surroundings(place.endpoint));
}

/** Style and script are the docs function's, so that the policy needs no exception. */
function surroundings(endpoint: string): Surroundings {
  return {
    head: html`<link rel="stylesheet" href="/docs/report.css"><link rel="icon" href="data:,"><script type="module" src="/docs/report.js"></script>`,
    control: (id, count) =>
      html`<details class="decision"><summary>Record how many there really are</summary><form data-endpoint="${endpoint}" data-id="${id}"><label>Count <input type="number" min="0" max="1000000" step="1" required value="${count}"></label> <button type="submit">Record</button></form><div class="outcome" role="status"></div></details>`,
  };
}
