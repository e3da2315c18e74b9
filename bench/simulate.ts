/**
 * Runs the real rollout code over seeded virtual traffic, and reports by fault and volume how the rollouts end.
 *
 *     npm run simulate -- [--rollouts 2000] [--seed 1] [--json] [--markdown]
 *
 * `--json` prints the cells as JSON, `--markdown` writes docs/simulation.md. Exit code 1: a promise of the default
 * gates does not hold.
 */

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Cell, SCENARIOS, simulateScenario } from './simulation/cells.ts';
import { broken, page, table } from './simulation/report.ts';

const PAGE = new URL('../docs/simulation.md', import.meta.url);

const { values } = parseArgs({
  options: {
    rollouts: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
  },
});

/** @throws RangeError */
function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`Expected a whole number of at least ${least} for --${option}, received ${text}`);
}

const rollouts = wholeNumber('rollouts', values.rollouts, 1);
const seed = wholeNumber('seed', values.seed, 0);
const cells: Cell[] = [];
for (const scenario of SCENARIOS) {
  process.stderr.write(`${scenario.name} …\n`);
  cells.push(...simulateScenario(scenario, { rollouts, seed, pictures: 20_000 }));
}

if (values.json) process.stdout.write(`${JSON.stringify({ rollouts, seed, cells }, undefined, 1)}\n`);
else process.stdout.write(`${table(cells)}\n`);
if (values.markdown) {
  writeFileSync(PAGE, page(cells, `npm run simulate -- --rollouts ${rollouts} --seed ${seed} --markdown`));
}
const faults = broken(cells);
for (const fault of faults) process.stderr.write(`broken promise: ${fault}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
