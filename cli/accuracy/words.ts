/** Estimates of accuracy as text. */

import { LEAST_BEFORE } from '../../functions/accuracy/estimate.ts';
import { explainEstimate } from '../../functions/accuracy/explain-estimate.ts';
import type { PeriodEstimate } from '../../functions/accuracy/periods.ts';
import { dayOf } from '../../functions/tables/rows.ts';

const DAY_MS = 86_400_000;

/** @param estimates empty where people have counted nothing */
export function estimatesInWords(endpoint: string, estimates: readonly PeriodEstimate[]): string {
  if (estimates.length === 0) return `${endpoint}: ${NOTHING}`;
  const lines = estimates.map(({ from, to, model, estimate }) => {
    const [first, last] = [dayOf(from), dayOf(to - DAY_MS)];
    return `  ${first === last ? first : `${first} to ${last}`}, ${model}: ${explainEstimate(estimate)}`;
  });
  return [`${endpoint}: estimated count error`, ...lines].join('\n');
}

const NOTHING =
  `the count error cannot be told: nobody has counted a picture yet. ${LEAST_BEFORE} decisions needed ` +
  '(PUT /{endpoint}/predictions/{id}/decision, or npm run labels)';
