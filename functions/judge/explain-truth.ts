/** The sentence about a finding by counts of people. */

import { counted } from '../plan/counted.ts';
import type { FindingOf } from './finding.ts';
import { decisionsToCome, judgedOf } from './truth.ts';

/** `25 pictures judged by people: count error of live 62.3 %, of the candidate 21 %: better with 99 % certainty` */
export function explainTruth({ outcome, tally, test, alpha }: FindingOf<'truth'>): string {
  const { sample, errors, unclear, open } = tally;
  if (!errors) return `no picture judged by people yet${openInWords(open)}`;
  const without = unclear === 0 ? '' : `, without ${unclear} on which people differ`;
  const judged = `${counted(judgedOf(sample), 'pictures')} judged by people${without}`;
  const { live, candidate } = errors;
  const measured = `${judged}: count error of live ${percent(live)}, of the candidate ${percent(candidate)}`;
  const than = test.margin === undefined ? '' : ` by more than ${points(test.margin)}`;
  if (outcome === 'roll back') return `${measured}: worse${than} ${certain(alpha.rollback)}`;
  const goal = test.goal === 'better' ? 'better' : `not worse${than}`;
  if (outcome === 'promote') return `${measured}: ${goal} ${certain(alpha.promote)}`;
  const more = decisionsToCome(sample, test, alpha);
  const likely = more === undefined ? '' : `; likely after ${more} more`;
  return `${measured}: neither ${goal} nor ${opposite(test.goal)} is proven yet${likely}${openInWords(open)}`;
}

function opposite(goal: FindingOf<'truth'>['test']['goal']): string {
  return goal === 'better' ? 'worse' : 'the contrary';
}

function openInWords(open: number): string {
  return open === 0 ? '' : ` (${counted(open, 'pictures')} to judge)`;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

function points(share: number): string {
  const rounded = Number((share * 100).toFixed(1));
  return `${rounded} ${rounded === 1 ? 'point' : 'points'}`;
}

function certain(alpha: number): string {
  return `with ${Math.floor(Number(((1 - alpha) * 10_000).toFixed(6))) / 100} % certainty`;
}
