/** What people said of both versions, whatever step the rollout is in. */

import { explainTruth } from '../judge/explain-truth.ts';
import type { FindingOf } from '../judge/finding.ts';
import { sidesOf } from '../judge/truth.ts';
import { counted } from '../plan/counted.ts';
import type { TickRecord } from '../records/tick-record.ts';
import { percent, timeInWords } from '../report/format.ts';
import { html, type Markup } from '../report/html.ts';
import { peoplesVerdict } from '../standing/peoples-verdict.ts';

/** Empty where people judge no shadow, or no tick has read their decisions yet. */
export function peoplesSection(audits: readonly TickRecord[]): Markup {
  const verdict = peoplesVerdict(audits);
  if (!verdict) return html``;
  const { tick, finding } = verdict;
  return html`<h2 id="judged-by-people">Judged by people: ${verdictInWords(finding)}</h2>
<p>${explainTruth(finding)}</p>${table(finding)}<p>${othersInWords(finding)}</p>
<p class="dim">${tick.step.words}, tick ${tick.tick}, ${timeInWords(tick.at)}</p>`;
}

function verdictInWords({ outcome, test }: FindingOf<'truth'>): string {
  if (outcome === 'hold') return 'no verdict yet';
  if (outcome === 'roll back') return 'the candidate is worse';
  return test.goal === 'better' ? 'the candidate is better' : 'the candidate is not worse';
}

function table({ tally }: FindingOf<'truth'>): Markup {
  const { errors } = tally;
  const { live, candidate, both } = sidesOf(tally.sample);
  const rows = [['live', live, errors?.live] as const, ['candidate', candidate, errors?.candidate] as const].map(
    ([version, right, error]) => {
      const cells = [version, String(right), String(both), percent(error)];
      return html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;
    },
  );
  const head = ['version', 'more right', 'equally right', 'count error %'].map((name) => html`<th>${name}</th>`);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Judged by people">
<table class="classes"><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function othersInWords({ tally }: FindingOf<'truth'>): string {
  const { neither = 0, cannotTell = 0, unclear, open } = tally;
  const noEvidence = `neither answer is right on ${neither}, nobody can tell on ${cannotTell}`;
  return `No evidence: ${noEvidence}, people differ on ${unclear}. Without a decision: ${counted(open, 'pictures')}.`;
}
