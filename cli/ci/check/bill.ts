/** The difference of the monthly costs between two cloud assemblies. Pure, except for reading templates. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { idleLines, pictureLines, type Usage } from '../../costs/bill.ts';
import { compactionLines } from '../../costs/compaction-lines.ts';
import { type EndpointFacts, endpointFacts, platformFacts, type Template } from '../../costs/facts.ts';
import { sum } from '../../costs/line.ts';
import { inDollars } from '../../costs/report.ts';
import type { Row } from './row.ts';

/** Templates by the ids of their stacks: `Platform`, `CountCars`. */
export type Templates = ReadonlyMap<string, Template>;

/** Pictures of each endpoint in a month, and the time of one before the change: the defaults of `npm run costs`. */
const PICTURES = 1_000_000;
const SECONDS = 0.1;
/** Because a difference that was measured on a slower machine must not make a picture free. */
const LEAST_SECONDS = 0.01;

const CHECK = 'costs of a month';

/** What is known of the time of pictures. */
export interface Times {
  readonly arch: Usage['arch'];
  /** How long results stay, days. */
  readonly resultDays: number;
  /** By endpoint: how much longer a picture takes after the change, milliseconds. Absent ones: 0. */
  readonly slowerMs: ReadonlyMap<string, number>;
}

/** The templates in the folder of an assembly. */
export function templatesIn(folder: string): Templates {
  const files = readdirSync(folder).filter((name) => name.endsWith('.template.json'));
  return new Map(
    files.map((name) => [name.replace('.template.json', ''), JSON.parse(readFileSync(join(folder, name), 'utf8'))]),
  );
}

/**
 * Costs of each endpoint and of an idle month, before and after.
 * @throws TemplateError
 */
export function compareCosts(before: Templates, after: Templates, { arch, resultDays, slowerMs }: Times): Row {
  const [old, own] = [factsOf(before), factsOf(after)];
  const usage = { pictures: PICTURES, seconds: SECONDS, arch };
  const [oldTables, ownTables] = [old, own].map((facts) => tablesOf(facts, usage, resultDays));
  const names = [...new Set([...own.endpoints, ...old.endpoints].map(({ name }) => name))];
  const lines = names.map((name) => {
    const seconds = Math.max(LEAST_SECONDS, SECONDS + (slowerMs.get(name) ?? 0) / 1000);
    const cost = (facts: EndpointFacts | undefined, each: number) =>
      facts && sum(pictureLines(facts, { ...usage, seconds: each }));
    const find = ({ endpoints }: Facts) => endpoints.find((one) => one.name === name);
    const times = seconds === SECONDS ? `${SECONDS} s each` : `${SECONDS} → ${seconds.toFixed(3)} s each`;
    return { name, words: `${differenceInWords(cost(find(old), SECONDS), cost(find(own), seconds))} (${times})` };
  });
  const grouped = Map.groupBy(lines, ({ words }) => words);
  const details = [
    `${PICTURES.toLocaleString('en-US')} pictures of each endpoint by HTTP:`,
    ...[...grouped].map(([words, group]) => `${group.map(({ name }) => name).join(', ')}: ${words}`),
    `without requests: ${differenceInWords(sum(old.idle), sum(own.idle))}`,
    ...(oldTables === ownTables ? [] : [`tables of all these pictures: ${differenceInWords(oldTables, ownTables)}`]),
  ];
  return { check: CHECK, outcome: 'info', details };
}

/** The row where one of the assemblies is missing. */
export function costsUnknown(reason: string): Row {
  return { check: CHECK, outcome: 'none', details: [reason] };
}

interface Facts {
  readonly endpoints: readonly EndpointFacts[];
  readonly idle: ReturnType<typeof idleLines>;
  readonly compactionMemoryMb?: number;
}

function factsOf(templates: Templates): Facts {
  const endpoints = [...templates.values()].filter(isEndpoint).map(endpointFacts);
  const platform = platformFacts(templates.get('Platform') ?? { Resources: {} });
  const { compactionMemoryMb } = platform;
  const tables = compactionMemoryMb === undefined ? {} : { compactionMemoryMb };
  return { endpoints, idle: idleLines(endpoints, platform), ...tables };
}

/** US dollars; undefined without tables. */
function tablesOf({ compactionMemoryMb: memoryMb, endpoints }: Facts, usage: Usage, resultDays: number) {
  if (memoryMb === undefined) return undefined;
  return sum(compactionLines({ memoryMb, resultDays, endpoints: endpoints.length }, usage));
}

/** Whether a stack starts rollouts. */
function isEndpoint({ Resources }: Template): boolean {
  return Object.values(Resources).some(({ Type }) => Type === 'Custom::Rollout');
}

/** `$26.33 → $31.02, +$4.69`. Absent: the endpoint did not exist, or is removed. */
function differenceInWords(before: number | undefined, after: number | undefined): string {
  if (before === undefined) return `new, ${inDollars(after ?? 0)}`;
  if (after === undefined) return `${inDollars(before)} → removed`;
  const [old, own] = [inDollars(before), inDollars(after)];
  if (old === own) return `${own}, unchanged`;
  const difference = after - before;
  return `${old} → ${own}, ${difference < 0 ? '−' : '+'}${inDollars(Math.abs(difference))}`;
}
