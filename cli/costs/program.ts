/** The command line of `npm run costs`. */

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { checkConfig } from '../../lib/check-config.ts';
import type { Deployment } from '../../lib/config.ts';
import { PRICES } from '../../lib/prices.ts';
import { processTerminal, type Terminal } from '../terminal/terminal.ts';
import { type Section, sectionMarkdown, sectionsOf, sectionTable } from './report.ts';
import { synthesizeTemplates } from './templates.ts';

interface CostOptions {
  readonly pictures: number;
  readonly seconds: number;
  readonly endpoints?: string;
  readonly markdown?: boolean;
  readonly json?: boolean;
}

/** A number over 0, `1e6` included. */
function positive(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError(`Expected a number over 0, received ${text}.`);
}

/** The command. */
export function program(): Command {
  return new Command('costs')
    .description('Estimates the bill of a month, from the templates of the deployment and lib/prices.json.')
    .option('--pictures <number>', 'pictures of each endpoint in a month', positive, 1e6)
    .option('--seconds <number>', "the function's time for a picture", positive, 0.1)
    .option('--endpoints <file>', 'module that exports the deployment; default: lib/endpoints.ts')
    .option('--markdown', 'print the tables as Markdown')
    .option('--json', 'print JSON')
    .action((options: CostOptions) => costs(options, processTerminal));
}

async function costs({ pictures, seconds, endpoints, ...form }: CostOptions, terminal: Terminal): Promise<void> {
  const module = endpoints === undefined ? '../../lib/endpoints.ts' : pathToFileURL(resolve(endpoints)).href;
  const { deployment } = (await import(module)) as { deployment: Deployment };
  const checked = checkConfig(deployment, undefined, endpoints);
  const arch = checked.architecture === 'arm64' ? 'arm64' : 'x64';
  const sections = sectionsOf(checked, synthesizeTemplates(checked), { pictures, seconds, arch });
  terminal.print(inForm(sections, form));
  terminal.note(
    `List prices of ${PRICES.region}, ${PRICES.date}; no free tier. docs/costs.md says what is not included.`,
  );
}

function inForm(sections: readonly Section[], { json, markdown }: Pick<CostOptions, 'json' | 'markdown'>): string {
  if (json) return JSON.stringify(sections, null, 2);
  return sections.map(markdown ? sectionMarkdown : sectionTable).join('\n\n');
}
