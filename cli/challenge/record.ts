/** The record of a comparison: JSON for programs, a page for people. */

import { join } from 'node:path';
import { KEYS } from '../../functions/contract.ts';
import { CHALLENGE_RISK } from '../../functions/judge/challengers.ts';
import { StoreUnavailableError } from '../../functions/platform/object-errors.ts';
import { html, Markup } from '../../functions/report/html.ts';
import { reportStyle } from '../../functions/report/style.ts';
import { writeWhole } from '../model/files/write-whole.ts';
import type { DeployedEndpoint } from '../rollout/deployed-endpoint.ts';
import { makeOutputFolder } from '../terminal/output-file.ts';
import type { Comparison } from './comparison.ts';
import type { Live } from './live.ts';
import type { Labelled } from './pictures.ts';
import type { Variant } from './variant.ts';
import { ASSUMPTION, headOf, leftOutInWords, resultInWords, rows } from './words.ts';

/** A comparison with everything that it was made from. */
export interface Compared {
  readonly endpoint: string;
  readonly deployed: Pick<DeployedEndpoint, 'endpoint' | 'functionName' | 'objects'>;
  readonly live: Live;
  readonly variants: readonly Variant[];
  readonly labelled: Labelled;
  readonly comparison: Comparison;
  readonly at: Date;
}

/** Writes `challengers-{endpoint}.json` and `.html`. @returns their paths @throws OutputFileError */
export async function writeRecord(folder: string, compared: Compared): Promise<{ json: string; page: string }> {
  const path = (type: string) => join(folder, `challengers-${compared.endpoint}.${type}`);
  const [json, page] = [path('json'), path('html')];
  await makeOutputFolder(folder, '--out');
  await writeWhole(json, `${JSON.stringify(record(compared), null, 2)}\n`, '--out');
  await writeWhole(page, pageOf(compared), '--out');
  return { json, page };
}

/**
 * Keeps the record with those of the endpoint's rollouts, under its time (ISO 8601 in UTC, basic format), so that the
 * choice can be looked up later.
 * @returns where it is, or why it is not there, for people
 */
export async function keepInBucket(compared: Compared): Promise<string> {
  const { deployed, at } = compared;
  const key = KEYS.challengers(deployed, at.toISOString().replace(/[-:]|\.\d+/g, ''));
  try {
    await deployed.objects.putJson(key, record(compared));
    return `In the bucket: ${key}`;
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    return `The record is not in the bucket: ${error.message}`;
  }
}

/** The comparison as plain data: shares 0–1, times in milliseconds. */
export function record({ endpoint, live, variants, labelled, comparison, at }: Compared) {
  const { pictures, objects, refused, challengers, winner } = comparison;
  const { uncounted, repeated } = labelled;
  return {
    endpoint,
    at: at.toISOString(),
    risk: CHALLENGE_RISK,
    pictures: { compared: pictures, objects, uncounted, repeated, refused: refused.length },
    live: { version: live.version, ...identity(live), ...comparison.live },
    challengers: challengers.map((each, index) => ({ ...identity(variants[index] as Variant), ...each })),
    ...(winner && { winner }),
    words: resultInWords(comparison, live),
  };
}

function identity({ manifest, confidence, iou }: Variant) {
  const { name, version, sha256 } = manifest;
  return {
    model: { name, version, sha256 },
    ...(confidence !== undefined && { confidence }),
    ...(iou !== undefined && { iou }),
  };
}

/** The verdict is a sentence, and the last row no total. */
const STYLE =
  'tbody tr:last-child td{font-weight:inherit}th:last-child,td:last-child{text-align:left;white-space:normal}';

function pageOf({ endpoint, live, labelled, comparison, at }: Compared): string {
  const title = `Challengers of ${endpoint}`;
  const cells = (cell: 'td' | 'th', row: readonly string[]) => {
    const [open, close] = [new Markup(`<${cell}>`), new Markup(`</${cell}>`)];
    return html`<tr>${row.map((text) => html`${open}${text}${close}`)}</tr>`;
  };
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<style>${new Markup(reportStyle() + STYLE)}</style></head><body>
<h1>${title}</h1>
<p class="dim">${at.toISOString()}</p>
<p><strong>${resultInWords(comparison, live)}</strong></p>
<div class="scroll"><table><thead>${cells('th', headOf(comparison))}</thead>
<tbody>${rows(comparison, live).map((row) => cells('td', row))}</tbody></table></div>
${leftOutInWords(labelled, comparison).map((text) => html`<p>${text}</p>`)}
<p>${ASSUMPTION}</p>
</body></html>`;
  return page.text;
}
