import { counted } from '../plan/counted.ts';
import { coldStartLimitMs, LEAST_STARTS } from './cold-start.ts';
import type { FindingOf } from './finding.ts';

/** `3 cold starts, 8.1 s on average: 3 over the 3.1 s allowed (2 × live's median of 1.05 s + 1 s)` */
export function explainColdStarts({ outcome, test, live, candidate }: FindingOf<'coldStart'>): string {
  const limitMs = coldStartLimitMs(test, live);
  if (!live || limitMs === undefined) return 'cold starts not judged: none of live is known';
  if (!candidate || candidate.starts === 0) return 'cold starts not judged: none of the candidate is known';
  const { starts, over, meanMs } = candidate;
  const rule = `${test.factor} × live's median of ${seconds(live.medianMs)} + ${seconds(test.plusMs)}`;
  const measured = `${counted(starts, 'cold starts')}, ${seconds(meanMs)} on average`;
  const found = `${measured}: ${over === 0 ? 'none' : over} over the ${seconds(limitMs)} allowed (${rule})`;
  if (outcome === 'hold') return `${found}; if this is intended, an operator promotes`;
  if (over === 0 || starts >= LEAST_STARTS) return found;
  return `warning: ${found}; ${LEAST_STARTS} are needed to judge them`;
}

function seconds(ms: number): string {
  return `${Number((ms / 1000).toPrecision(3))} s`;
}
