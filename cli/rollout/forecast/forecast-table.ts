/** A forecast for a terminal. */

import Table from 'cli-table3';
import { needsInWords, roughly } from '../../../functions/judge/explain-wait.ts';
import type { GateChange, Remedy } from '../../../functions/judge/remedies.ts';
import { counted } from '../../../functions/plan/counted.ts';
import { inPercent } from '../../../functions/report/format.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { Forecast, StepForecast } from './forecast.ts';
import type { Times } from './simulated.ts';

const HEAD = ['step', 'waits for', 'it gets', 'time (19 of 20 rollouts)'];
const FIXED = [20, 24, 24];

/** The table with its total and what it assumes. */
export function forecastText(forecast: Forecast, source: string, { width }: Pick<Terminal, 'width'>): string {
  const [first = 0, ...rest] = FIXED;
  const needs = Math.max(28, width - FIXED.reduce((sum, each) => sum + each, 0) - HEAD.length - 1);
  const style = { head: [], border: [], compact: false };
  const table = new Table({ head: HEAD, colWidths: [first, needs, ...rest], wordWrap: true, style });
  table.push(...forecast.steps.map(rowOf));
  return [table.toString(), ...totalLines(forecast), assumptions(forecast, source)].join('\n');
}

function rowOf(step: StepForecast): string[] {
  const needs = step.kind === 'golden' ? 'the expected detections' : needsInWords(step.needs);
  return [step.step, needs, received(step), step.minutes ? timesInWords(step.minutes) : 'not reached'];
}

function received({ requests, pictures, photos }: StepForecast): string {
  if (photos !== undefined) return counted(photos, 'labelled photos');
  if (pictures !== undefined) return counted(pictures, 'pictures');
  return requests === undefined ? '–' : counted(requests, 'requests');
}

function timesInWords({ median, most }: Times): string {
  return `${roughly(median)} (${roughly(most)})`;
}

const LABELS: Readonly<Record<NonNullable<Forecast['labels']>, string>> = {
  known: 'Assumes that the labelled photos prove the candidate.',
  unknown:
    'Besides, both versions answer a labelled set; its time is not foretold, because its photos are not known here.',
};

function totalLines({ total, done, steps, people, labels, rollouts }: Forecast): string[] {
  const alarms = steps.filter(({ remedies }) => remedies !== undefined);
  const end =
    done >= 0.5
      ? `Total: ${timesInWords(total)}; ${inPercent(done, 1)} of ${rollouts} simulated rollouts end by themselves.`
      : `Does not end by itself: ${inPercent(1 - done, 1)} of ${rollouts} simulated rollouts raise an alarm.`;
  const byPeople = people ? ['Besides, people decide; their time is not foretold.'] : [];
  return [end, ...alarms.map(alarmInWords), ...byPeople, ...(labels ? [LABELS[labels]] : [])];
}

/** Why a step raises its alarm, and what would help. */
function alarmInWords({ step, needs, alarmed, remedies = [] }: StepForecast): string {
  const why = `${step}: ${inPercent(alarmed, 1)} raise the alarm of maxHold, because it needs ${needsInWords(needs)}`;
  return remedies.length === 0 ? `${why}.` : `${why}. Any of these helps: ${remedies.map(remedyInWords).join('; ')}.`;
}

function remedyInWords(remedy: Remedy): string {
  switch (remedy.change) {
    case 'gates':
      return remedy.gates.map(gateInWords).join(' and ');
    case 'percent':
      return `percent: ${remedy.percent}`;
    case 'maxHold':
      return `a maxHold over ${roughly(remedy.minutes)}`;
  }
}

function gateInWords(change: GateChange): string {
  if (change.option === 'minRequests') return `minRequests: ${change.atMost} or fewer`;
  return `${change.gate}: { ${change.option}: ${change.atLeast} } or more`;
}

function assumptions({ conditions, rollouts }: Forecast, source: string): string {
  const { requestsPerMinute, errors, rejections, recorded, replaysPerMinute } = conditions;
  const rate = counted(Number(requestsPerMinute.toPrecision(3)), 'requests');
  const traffic = `${rate} per minute (${source}), by day nine times as many as by night`;
  const rates = `${inPercent(errors)} of both versions fail, ${inPercent(rejections)} are rejected`;
  const pictures = `${Math.round(recorded)} recorded pictures, ${replaysPerMinute} replays per minute`;
  return (
    `Assumes a candidate as good as live; ${traffic}; ${rates}; ${pictures}; answers that differ as those to ` +
    `pictures encoded anew. Times are medians of ${rollouts} rollouts, simulated by the code that judges ` +
    '(docs/simulation.md).'
  );
}
