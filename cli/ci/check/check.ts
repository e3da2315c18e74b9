/** `npm run ci -- check`: golden pictures, answers on labelled photos, stacks and costs of a change, as one table. */

import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConfig } from '../../../lib/check-config.ts';
import { DEFAULTS, type Deployment } from '../../../lib/config.ts';
import { ConfigError } from '../../../lib/config-errors.ts';
import { MODELS } from '../../model/files/package-folder.ts';
import { makeOutputFolder, writeOutputFile } from '../../terminal/output-file.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { FILES, PROJECT } from '../project.ts';
import { SynthesisError, type SynthesisOptions, synthesizeInto } from '../synthesize.ts';
import { BaseError, settingsIn, templatesOf, withBase } from './base.ts';
import { compareCosts, costsUnknown, type Templates, templatesIn } from './bill.ts';
import { type Changes, changesOf, successorsOf } from './changes.ts';
import { compareAnswers, type Evaluated } from './evaluation.ts';
import { baseCommit, changedFiles } from './git.ts';
import { checkGolden } from './golden.ts';
import { merged, type Row, rowInText, tableInMarkdown, verdictOf } from './row.ts';
import { Speeds } from './speed.ts';

export interface CheckOptions extends SynthesisOptions {
  /** A commit; the change is compared with the point at which it left it. */
  readonly base: string;
  /** Folder of the table. */
  readonly out: string;
}

/** What the checks share. */
interface Change {
  readonly options: CheckOptions;
  readonly changes: Changes;
  /** Folder of the project before. */
  readonly before: string;
  /** Absent: they cannot be loaded. */
  readonly settings?: Deployment;
}

/** Takes each row when its check ends. */
type Take = (row: Row) => void;

/**
 * Prints a row for each check, writes the table, and appends it to the summary of the job where GitHub runs it.
 * @returns whether all checks passed
 * @throws GitError, OutputFileError
 */
export async function checkChange(options: CheckOptions, terminal: Terminal): Promise<boolean> {
  await makeOutputFolder(options.out, '--out');
  const commit = baseCommit(PROJECT, options.base);
  const files = changedFiles(PROJECT, commit);
  terminal.note(`Compares ${files.length} changed files with ${commit.slice(0, 10)}.`);
  const rows: Row[] = [];
  const take = (row: Row) => {
    rows.push(row);
    terminal.print(rowInText(row, terminal));
  };
  const settings = await settingsIn(PROJECT).catch(() => undefined);
  await withBase(commit, files, (before) =>
    runChecks({ options, changes: changesOf(files), before, ...(settings && { settings }) }, take),
  );
  const table = tableInMarkdown(rows, commit);
  await writeOutputFile(join(options.out, FILES.table), table, '--out');
  if (process.env.GITHUB_STEP_SUMMARY) appendFileSync(process.env.GITHUB_STEP_SUMMARY, table);
  terminal.print(`${verdictOf(rows)}.`);
  return rows.every(({ outcome }) => outcome !== 'failed');
}

async function runChecks(change: Change, take: Take): Promise<void> {
  take(await checkGolden(change.changes, MODELS, change.settings));
  const evaluated = await evaluateAll(change, take);
  const templates = await checkStacks(change.options, take);
  take(await costs(change, templates, evaluated));
}

async function evaluateAll({ changes, before, settings }: Change, take: Take): Promise<Evaluated[]> {
  const check = 'evaluation';
  const checked = settings && checkedSettings(settings);
  if (!settings || !checked) {
    take({ check, outcome: 'none', details: ['not compared: the settings have errors'] });
    return [];
  }
  const former = await settingsIn(before).catch(() => undefined);
  const successors = successorsOf(settings, former, changes);
  if (successors.length === 0) take({ check, outcome: 'none', details: ['no endpoint answers with another model'] });
  const packages = { after: MODELS, before: join(before, 'models'), speeds: new Speeds() };
  const evaluated: Evaluated[] = [];
  for (const successor of successors) {
    const { name } = successor.endpoint;
    const labelled = checked.endpoints.find((each) => each.settings.name === name)?.labelled;
    const one = await compareAnswers(successor, packages, labelled).catch((error: Error) => ({
      endpoint: name,
      row: { check: `${check} of ${name}`, outcome: 'failed' as const, details: error.message.split('\n') },
    }));
    evaluated.push(one);
    if (one.row.outcome !== 'none') take(one.row);
  }
  for (const row of merged(evaluated.map((one) => one.row).filter(({ outcome }) => outcome === 'none'))) take(row);
  return evaluated;
}

/** @returns undefined where they have errors, which the synthesis reports */
function checkedSettings(settings: Deployment) {
  try {
    return checkConfig(settings);
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

async function checkStacks(options: SynthesisOptions, take: Take): Promise<Templates | undefined> {
  const check = 'settings and stacks';
  const folder = mkdtempSync(join(tmpdir(), 'check-assembly-'));
  try {
    await synthesizeInto(folder, options);
    const templates = templatesIn(folder);
    take({ check, outcome: 'passed', details: [`synthesized: ${[...templates.keys()].join(', ')}`] });
    return templates;
  } catch (error) {
    if (!(error instanceof SynthesisError)) throw error;
    take({ check, outcome: 'failed', details: error.lines });
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function costs(
  { before, options, settings }: Change,
  after: Templates | undefined,
  evaluated: readonly Evaluated[],
): Promise<Row> {
  if (!after) return costsUnknown('not compared: the stacks do not synthesize');
  const arch = settings?.architecture === 'x86_64' ? 'x64' : 'arm64';
  const resultDays = settings?.lifetimeDays?.results ?? DEFAULTS.lifetimeDays.results;
  try {
    const slowerMs = slowerMsOf(evaluated);
    return compareCosts(await templatesOf(before, options), after, { arch, resultDays, slowerMs });
  } catch (error) {
    if (!(error instanceof BaseError)) throw error;
    return costsUnknown(`not compared: the stacks before do not synthesize: ${error.message}`);
  }
}

/** By endpoint; of several models the one that slows down most. */
function slowerMsOf(evaluated: readonly Evaluated[]): Map<string, number> {
  const slower = new Map<string, number>();
  for (const { endpoint, ms } of evaluated) {
    const own = ms ? ms.after - ms.before : 0;
    slower.set(endpoint, Math.max(own, slower.get(endpoint) ?? own));
  }
  return slower;
}
