/** The status of endpoints as tables for a terminal. */

import Table from 'cli-table3';
import { inWords } from '../../functions/plan/duration.ts';
import type { Comparison } from '../../functions/records/last-comparison.ts';
import { timeInWords } from '../../functions/report/format.ts';
import { rollbackGoal } from '../../functions/standing/phase.ts';
import type { Phase, RolloutStanding, Standing } from '../../functions/standing/standing.ts';
import type { Colour, Terminal } from '../terminal/terminal.ts';

const COLOURS: Partial<Record<Phase, Colour>> = {
  done: 'green',
  running: 'bold',
  waiting: 'yellow',
  'rolled back': 'red',
  stopped: 'red',
  failed: 'red',
};

/** The terminal's properties that a table depends on. */
type Look = Pick<Terminal, 'paint' | 'width'>;

/** What a status does not contain. */
interface Beside {
  /** The last comparison of challengers with live. */
  readonly comparison?: Comparison | undefined;
  /** Address of the page, while people can judge. */
  readonly judgePage?: string | undefined;
}

/** One endpoint in full: a name and a value in each row. */
export function endpointTable(standing: Standing, look: Look, { comparison, judgePage }: Beside = {}): string {
  const compared = comparison && { challengers: `${timeInWords(comparison.at)}\n${comparison.words}` };
  const page = judgePage !== undefined && { 'people judge': judgePage };
  const rows = Object.entries({ ...linesOf(standing, look), ...page, ...compared });
  const widest = Math.max(...rows.map(([name]) => name.length)) + 2;
  const table = plain([widest, Math.max(40, look.width - widest - 3)]);
  table.push(...rows);
  return table.toString();
}

/** All endpoints, one row each. */
export function overviewTable(standings: readonly Standing[], look: Look): string {
  const head = ['endpoint', 'live traffic', 'rollout', 'verdict', 'alias last set'];
  const rows = standings.map((standing) => {
    const { traffic, rollout = '–', verdict = '–', wait, 'alias last set': setBy } = linesOf(standing, look);
    // A finished rollout needs no arithmetic among the others.
    const words = standing.phase === 'done' ? [] : [verdict, wait, judgeInWords(standing)];
    const all = [...words, driftInWords(standing)].filter(Boolean).join('\n');
    return [standing.endpoint, traffic, rollout, all || '–', setBy];
  });
  const table = plain(columns(rows, look.width), head);
  table.push(...rows);
  return table.toString();
}

/** An address is too long for a column. */
function judgeInWords({ endpoint, rollout }: Standing): string | undefined {
  return rollout?.judge === 'people' ? `People can judge: status ${endpoint} has the page` : undefined;
}

/** Among all endpoints, only what calls for an operator. */
function driftInWords({ drift }: Standing): string | undefined {
  return drift?.state === 'drift' ? `Drift: ${drift.words}` : undefined;
}

/** Without colours of its own, so that a log shows the same. */
function plain(colWidths: number[], head: string[] = []) {
  const style = { head: [], border: [], compact: head.length === 0 };
  return new Table({ head, colWidths, wordWrap: true, style });
}

/** The verdict gets the width that the other columns leave. */
function columns(rows: readonly (readonly (string | undefined)[])[], width: number): number[] {
  const fixed = [Math.max(10, ...rows.map(([endpoint = '']) => endpoint.length + 2)), 22, 26, 0, 19];
  const rest = width - fixed.reduce((sum, each) => sum + each, 0) - fixed.length - 1;
  fixed[3] = Math.max(24, rest);
  return fixed;
}

function linesOf(standing: Standing, look: Look): Record<string, string> {
  const { rollout, models, drift } = standing;
  return {
    endpoint: standing.endpoint,
    traffic: standing.traffic.replaceAll(', ', '\n'),
    models: Object.entries(models)
      .map(([version, names]) => `version ${version}: ${names}`)
      .join('\n'),
    ...(rollout && rolloutLines(standing.phase, rollout, look)),
    ...(drift && { drift: drift.words }),
    'alias last set': setInWords(standing),
    'rollback target': rollbackInWords(standing),
  };
}

function rolloutLines(phase: Phase, rollout: RolloutStanding, { paint }: Look): Record<string, string> {
  const { version, step, step_number, steps, words, outcome, wait } = rollout;
  const colour = COLOURS[phase];
  const state = colour ? paint(colour, phase) : phase;
  return {
    rollout: `version ${version}: ${state}\nstep ${step_number} of ${steps.length}, ${step}${sinceInWords(rollout)}`,
    verdict: outcome ? `${outcome}: ${words}` : words,
    ...(wait && { wait: wait.words }),
  };
}

/** By the rollout's own clock, never by the wall clock, because the emulator can run faster. */
function sinceInWords({ step_since, last_tick }: RolloutStanding): string {
  if (step_since === undefined || last_tick === undefined) return '';
  const ms = Math.max(0, Date.parse(last_tick) - Date.parse(step_since));
  return `\nsince ${timeInWords(step_since)} (${inWords(ms)})`;
}

function setInWords({ last_move, moved_by_hand = false }: Standing): string {
  if (moved_by_hand) return 'by hand, without a note';
  return last_move ? `by ${last_move.by}\n${timeInWords(last_move.at)}` : 'not set yet';
}

function rollbackInWords(standing: Standing): string {
  const version = rollbackGoal(standing);
  if (version === undefined && standing.newest_version === '1') return 'none: version 1 is the only one';
  return version === undefined ? 'none: choose one with --to' : `version ${version}`;
}
