/** The bill of a deployment as tables, for a terminal and for `docs/costs.md`. */

import Table from 'cli-table3';
import type { ResolvedDeployment } from '../../lib/check-config.ts';
import { idleLines, pictureLines, type Usage, uploadLines, type WAITS, waitingLines } from './bill.ts';
import { compactionLines } from './compaction-lines.ts';
import { driftLines } from './drift-lines.ts';
import { eventLines } from './events-bill.ts';
import { type EndpointFacts, endpointFacts, platformFacts, type Template, TemplateError } from './facts.ts';
import { type Line, sum } from './line.ts';

/** One table. */
export interface Section {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** The sections of a deployment's bill: endpoints with equal costs share one. */
export function sectionsOf(
  { endpoints, lifetimeDays }: Pick<ResolvedDeployment, 'endpoints' | 'lifetimeDays'>,
  templates: ReadonlyMap<string, Template>,
  usage: Usage,
): Section[] {
  const platform = platformFacts(templateOf(templates, 'Platform'));
  const facts = endpoints.map(({ stackId }) => endpointFacts(templateOf(templates, stackId)));
  const { pictures, seconds, arch } = usage;
  const amount = `${pictures.toLocaleString('en-US')} pictures`;
  const filters = facts.reduce((all, { uploadFilters }) => all + uploadFilters, 0);
  const received = (having: string, linesOf: (each: EndpointFacts) => readonly Line[]) =>
    grouped(facts, linesOf).map(({ names, lines }) => ({
      title: `${having}: ${names}`,
      lines,
    }));
  const waits = (wait: keyof typeof WAITS, having: string) =>
    grouped(facts, (each) => waitingLines(each, { arch, wait })).map(({ names, lines }) => ({
      title: `A month of a rollout that waits, ${having}: ${names}`,
      lines,
    }));
  const { compactionMemoryMb: memoryMb } = platform;
  const scale = { endpoints: facts.length, resultDays: lifetimeDays.results };
  const tables =
    memoryMb === undefined
      ? []
      : [{ title: `Tables of ${amount} of each endpoint`, lines: compactionLines({ memoryMb, ...scale }, usage) }];
  return [
    ...received(`${amount} by HTTP, ${seconds} s each`, (each) => pictureLines(each, usage)),
    ...received(`${amount} by S3 uploads, ${seconds} s each`, (each) => uploadLines(each, filters, usage)),
    ...(platform.receivers === undefined
      ? []
      : [{ title: `Events of ${amount}, with each receiver`, lines: eventLines(platform.receivers, usage) }]),
    { title: `A month without requests: ${facts.length} endpoints`, lines: idleLines(facts, platform) },
    ...waits('quiet', 'without requests'),
    ...waits('busy', 'with requests'),
    ...tables,
    ...watched(facts, amount, usage),
  ];
}

function watched(facts: readonly EndpointFacts[], amount: string, usage: Usage): Section[] {
  const having = facts.filter(({ driftMemoryMb }) => driftMemoryMb !== undefined);
  return grouped(having, ({ driftMemoryMb = 0 }) => driftLines(driftMemoryMb, usage)).map(({ names, lines }) => ({
    title: `Drift monitor of ${amount}: ${names}`,
    lines,
  }));
}

function grouped<T extends { readonly name: string }>(
  facts: readonly T[],
  linesOf: (each: T) => readonly Line[],
): { names: string; lines: readonly Line[] }[] {
  const groups = Map.groupBy(facts, (each) => JSON.stringify(linesOf(each)));
  return [...groups.values()].map((group) => ({
    names: group.map(({ name }) => name).join(', '),
    lines: linesOf(group[0] as T),
  }));
}

function templateOf(templates: ReadonlyMap<string, Template>, id: string): Template {
  const template = templates.get(id);
  if (template) return template;
  throw new TemplateError(`Expected a template of the stack ${id}, received ${[...templates.keys()].join(', ')}`);
}

/** Dollars and cents. */
export function inDollars(dollars: number): string {
  return `$${dollars.toFixed(2)}`;
}

function rowsOf({ lines }: Section): string[][] {
  return lines.map(({ item, calculation, dollars }) => [item, calculation, inDollars(dollars)]);
}

/** A section for a terminal. */
export function sectionTable(section: Section): string {
  const table = new Table({
    head: ['', 'calculation', 'cost'],
    colAligns: ['left', 'left', 'right'],
    style: { head: [], border: [], compact: true },
  });
  table.push(...rowsOf(section), ['sum', '', inDollars(sum(section.lines))]);
  return `${section.title}\n${table.toString()}`;
}

/** A section as Markdown, as `docs/costs.md` has it. */
export function sectionMarkdown(section: Section): string {
  const rows = [...rowsOf(section), ['**sum**', '', `**${inDollars(sum(section.lines))}**`]];
  const head = ['| | calculation | cost |', '|---|---|---|'];
  return [`**${section.title}**`, '', ...head, ...rows.map((cells) => `| ${cells.join(' | ')} |`)].join('\n');
}
