/**
 * Runs the real rollout code over seeded virtual traffic, and reports by fault and volume how the rollouts end.
 *
 *     npm run simulate -- [--rollouts 2000] [--seed 1] [--json] [--markdown]
 *
 * `--json` prints the cells as JSON, `--markdown` writes docs/simulation.md, `--only` chooses scenarios by a part of
 * their names, not for the page, and `--without` leaves out those that match an expression, as `repeated`, which stands
 * for the rows of repeated pictures. Exit code 1: a promise of the default gates does not hold.
 *
 *     npm run simulate -- --table [--markdown]
 *
 * prints how many requests a proof takes, or writes docs/proofs.md.
 *
 *     npm run simulate -- --challengers [--rollouts 2000] [--seed 1]
 *
 * prints how often comparisons of challengers are wrong. Exit code 1: in 1 % or more.
 */

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { challengerTable, FIELDS, simulateField } from './simulation/challengers.ts';
import { simulateAll } from './simulation/parallel.ts';
import { proofPage, proofTables } from './simulation/proofs.ts';
import { broken, page, table } from './simulation/report.ts';

const PROOFS = new URL('../docs/proofs.md', import.meta.url);
const PAGE = new URL('../docs/simulation.md', import.meta.url);

const { values } = parseArgs({
  options: {
    rollouts: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
    challengers: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    without: { type: 'string', default: '' },
  },
});

/** @throws RangeError */
function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`Expected a whole number of at least ${least} for --${option}, received ${text}`);
}

/** Scenarios that send a picture more than once. */
const REPEATED = /every picture (once|\d+ times|encoded anew)|one camera/;

function isLeftOut(name: string): boolean {
  if (values.without === '') return false;
  return (values.without === 'repeated' ? REPEATED : new RegExp(values.without)).test(name);
}

async function simulate(): Promise<void> {
  const rollouts = wholeNumber('rollouts', values.rollouts, 1);
  const seed = wholeNumber('seed', values.seed, 0);
  const effort = { rollouts, seed, pictures: 20_000 };
  const isChosen = (name: string) => name.includes(values.only) && !isLeftOut(name);
  const cells = await simulateAll(effort, isChosen, (name) => process.stderr.write(`${name} …\n`));
  if (values.json) process.stdout.write(`${JSON.stringify({ rollouts, seed, cells }, undefined, 1)}\n`);
  else process.stdout.write(`${table(cells)}\n`);
  if (values.markdown) {
    const without = values.without ? ` --without ${values.without}` : '';
    writeFileSync(PAGE, page(cells, `npm run simulate -- --rollouts ${rollouts} --seed ${seed}${without} --markdown`));
  }
  const faults = broken(cells);
  for (const fault of faults) process.stderr.write(`broken promise: ${fault}\n`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}

function simulateChallengers(): void {
  const runs = wholeNumber('rollouts', values.rollouts, 1);
  const seed = wholeNumber('seed', values.seed, 0);
  const results = FIELDS.map((field) => simulateField(field, runs, seed));
  process.stdout.write(`${challengerTable(results)}\n`);
  process.exitCode = results.some(({ wrong }) => wrong >= 0.01 * runs) ? 1 : 0;
}

if (values.only && values.markdown) {
  throw new RangeError('Expected all scenarios for --markdown, received --only');
}
if (values.challengers) simulateChallengers();
else if (!values.table) await simulate();
else if (values.markdown) writeFileSync(PROOFS, proofPage('npm run simulate -- --table --markdown'));
else process.stdout.write(`${proofTables()}\n`);
