/** The report as the API serves it: with pictures of the bucket and forms that record decisions. */

import type { DriftPicture } from '../api/drift-schemas.ts';
import { ReportNotFoundError, shown } from '../api/errors.ts';
import type { DriftReport } from '../drift-contract.ts';
import { html, Markup } from '../report/html.ts';
import { readData } from '../rollout-report/data.ts';
import { readDecisions } from '../rollout-report/decisions.ts';
import { shownPictures, worstDisagreements } from '../rollout-report/disagreements.ts';
import type { Drifted } from '../rollout-report/drift-section.ts';
import { reportPage, type Surroundings } from '../rollout-report/page.ts';
import type { EndpointClients } from '../standing/clients.ts';
import { driftStanding } from '../standing/drift.ts';
import { presignedDrift } from './drift-pictures.ts';
import { presignedPhotos, presignedPictures } from './pictures.ts';

/**
 * The report of a version's rollout.
 * @param version undefined where there was no rollout
 * @throws ReportNotFoundError, StoreUnavailableError
 */
export async function liveReport(clients: EndpointClients, version: string | undefined, now: Date): Promise<string> {
  const data = version === undefined ? undefined : await readData(clients, version);
  if (!data) {
    const expected = `a version of ${clients.endpoint} that was rolled out`;
    throw new ReportNotFoundError([{ field: 'version', expected, received: shown(version ?? 'none') }]);
  }
  const disagreements = worstDisagreements(data.comparisons, data);
  const [pictures, labelled, decisions] = await Promise.all([
    presignedPictures(clients, shownPictures(disagreements, data.toJudge), now),
    presignedPhotos(clients, data.labelled, now),
    readDecisions(clients, disagreements),
  ]);
  const drifted = data.driftReport && (await driftedOf(clients, data.driftReport, now));
  const content = { ...data, disagreements, pictures: new Map([...pictures, ...labelled]), decisions, now };
  return reportPage({ ...content, ...(drifted && { drifted }) }, surroundings(clients.endpoint));
}

async function driftedOf(clients: EndpointClients, report: DriftReport, now: Date): Promise<Drifted> {
  const { before, after } = await presignedDrift(clients, report.pictures ?? NO_PICTURES, now);
  const shown = (all: readonly DriftPicture[]) => all.map(({ url: source, ...picture }) => ({ ...picture, source }));
  return { standing: driftStanding(report, report.version), before: shown(before), after: shown(after) };
}

const NO_PICTURES = { before: [], after: [] };

/** Style and script are files of the docs function, so that the content security policy needs no exception. */
function surroundings(endpoint: string): Surroundings {
  return {
    head: html`<link rel="stylesheet" href="/docs/report.css"><link rel="icon" href="/docs/icon.svg">
<script type="module" src="/docs/report.js"></script>`,
    judgePage: `/status/${endpoint}/judge`,
    control: (id, count) => {
      const open = count === undefined ? new Markup(' open') : '';
      return html`<details class="decision"${open}><summary>Record the number of objects</summary>
<form data-endpoint="${endpoint}" data-id="${id}">
<label>Count <input type="number" min="0" max="1000000" step="1" required value="${count}"></label>
<button type="submit">Record</button></form><div class="outcome" role="status"></div></details>`;
    },
  };
}
