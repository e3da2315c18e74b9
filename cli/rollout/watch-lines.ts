/** The lines of `rollout watch`. */

import { timeInWords } from '../../functions/report/format.ts';
import type { Standing } from '../../functions/standing/standing.ts';

/**
 * One line for a change of phase, step, outcome or traffic. Numbers that only grow are no change.
 * @param judgePage address of the page, while people can judge
 * @returns undefined without a change
 */
export function newsOf(before: Standing | undefined, now: Standing, judgePage?: string): string | undefined {
  if (before && stateIn(before) === stateIn(now)) return undefined;
  const line = `${lineOf(now)}${judgePage === undefined ? '' : `. People judge: ${judgePage}`}`;
  const { last_tick } = now.rollout ?? {};
  return last_tick === undefined ? line : `${timeInWords(last_tick)}  ${line}`;
}

/** All but the numbers. */
function stateIn({ phase, traffic, rollout }: Standing): string {
  const { execution, step_number, outcome, held_by } = rollout ?? {};
  return JSON.stringify([phase, traffic, execution, step_number, outcome, held_by]);
}

/** `version 4, step 3 of 5, canary at 10 %: hold: … [version 3: 90 %, version 4: 10 %]`. */
function lineOf({ rollout, traffic, endpoint }: Standing): string {
  if (!rollout) return `${endpoint}: no rollout yet; ${traffic}`;
  const { version, step_number, steps, step, outcome } = rollout;
  const verdict = `${outcome ? `${outcome}: ` : ''}${verdictInWords(rollout)}`;
  return `version ${version}, step ${step_number} of ${steps.length}, ${step}: ${verdict} [${traffic}]`;
}

/** The numbers behind the verdict, and what the step waits for. */
export function verdictInWords({ words, wait }: Pick<NonNullable<Standing['rollout']>, 'words' | 'wait'>): string {
  return wait ? `${words}. ${wait.words}` : words;
}

/** The last line: how it ended. */
export function endingInWords({ endpoint, phase, rollout, traffic }: Standing): string {
  if (!rollout) return `${endpoint}: no rollout is running; ${traffic}`;
  if (phase === 'waiting') {
    const about = `the rollout of version ${rollout.version} waits for an operator`;
    return `${endpoint}: ${about}: resume, promote or rollback; ${traffic}`;
  }
  return `${endpoint}: the rollout of version ${rollout.version} ${ENDINGS[phase] ?? phase}; ${traffic}`;
}

const ENDINGS: Partial<Record<Standing['phase'], string>> = {
  done: 'is done',
  'rolled back': 'was rolled back',
  superseded: 'was superseded',
  stopped: 'was stopped, because someone else moved the alias',
  failed: 'failed: its controller stopped with an error',
};
