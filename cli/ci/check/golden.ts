/** Golden pictures of packages: `npm run model -- check`. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment } from '../../../lib/config.ts';
import { type Changes, usedPackages } from './changes.ts';
import type { Row } from './row.ts';
import { linesOf, runNode } from './run.ts';

const CHECK = 'golden pictures';

/**
 * Checks the changed packages; all that endpoints use, too, where the code changed.
 * @param models folder of the packages
 * @param settings absent: they cannot be read
 */
export async function checkGolden(changes: Changes, models: string, settings: Deployment | undefined): Promise<Row> {
  const used = changes.isCode && settings ? usedPackages(settings) : [];
  const touched = [...new Set([...changes.packages, ...used])].toSorted();
  const names = touched.filter((name) => existsSync(join(models, name)));
  const removed = touched.filter((name) => !names.includes(name)).map((name) => `${name}: removed`);
  if (names.length === 0) return { check: CHECK, outcome: 'none', details: ['no model package changed', ...removed] };
  const checked = [];
  for (const name of names) checked.push(await checkPackage(name, models));
  const outcome = checked.every(({ isPassed }) => isPassed) ? 'passed' : 'failed';
  return { check: CHECK, outcome, details: [...checked.map(({ words }) => words), ...removed] };
}

async function checkPackage(name: string, models: string): Promise<{ isPassed: boolean; words: string }> {
  const { code, out, err } = await runNode(['cli/model.ts', 'check', name, '--models', models]);
  const line = linesOf(out)
    .at(-1)
    ?.replace(/^(ok|FAILED) +/, '');
  // Without its line, the process ended before the verdict, as by a crash of the native runtime.
  return { isPassed: code === 0, words: line ?? `${name}: ended with ${code}. ${linesOf(err).at(-1) ?? ''}`.trim() };
}
