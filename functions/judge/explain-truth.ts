/** The sentence about a finding by decisions of people. */

import { counted } from '../plan/counted.ts';
import type { TruthTest } from '../plan/truth-test.ts';
import type { FindingOf } from './finding.ts';
import { decisionsToCome, judgedOf, sidesOf, type TruthTally } from './truth.ts';

/**
 * `25 pictures judged by people: count error of live 62.3 %, of the candidate 21 %: better with 99 % certainty`
 * @param isOver whether no more decisions count: then the sentence names none to come
 */
export function explainTruth(
  { outcome, tally, test, alpha }: FindingOf<'truth'>,
  { isOver = false }: { readonly isOver?: boolean } = {},
): string {
  const { sample } = tally;
  const open = isOver ? '' : openInWords(tally.open);
  if (judgedOf(sample) === 0) return `${undecidedInWords(tally, isOver)}${open}`;
  const measured = `${decidingInWords(tally)}: ${measuredInWords(tally)}`;
  const than = test.margin === undefined ? '' : ` by more than ${points(test.margin)}`;
  if (outcome === 'roll back') return `${measured}: worse${than} ${certain(alpha.rollback)}`;
  const goal = test.goal === 'better' ? 'better' : `not worse${than}`;
  if (outcome === 'promote') return `${measured}: ${goal} ${certain(alpha.promote)}`;
  if (isOver) return `${measured}: ${unprovenInWords(test, isOver)}`;
  const more = decisionsToCome(sample, test, alpha);
  const likely = more === undefined ? '' : `; likely after ${more} more decisions`;
  return `${measured}: ${unprovenInWords(test)}${likely}${open}`;
}

/** Which answer is more right; where people counted, the errors of both. */
function measuredInWords({ sample, errors, preferred = 0 }: TruthTally): string {
  const byCount =
    errors && `count error of live ${percent(errors.live)}, of the candidate ${percent(errors.candidate)}`;
  if (byCount !== undefined && preferred === 0) return byCount;
  const { candidate, live, both } = sidesOf(sample);
  const nearer = `the candidate is more right on ${candidate}, live on ${live}, both are equally right on ${both}`;
  return byCount === undefined ? nearer : `${nearer} (${counted(judgedOf(sample) - preferred, 'counts')}: ${byCount})`;
}

/** `25 pictures decide (27 judged by people; on 1 neither answer is right, on 1 nobody can tell)` */
function decidingInWords(tally: TruthTally): string {
  const judged = judgedOf(tally.sample);
  if (withoutValue(tally) === 0) return `${counted(judged, 'pictures')} judged by people`;
  const decide = judged === 1 ? '1 picture decides' : `${judged} pictures decide`;
  return `${decide} (${judgedInWords(tally)})`;
}

function undecidedInWords(tally: TruthTally, isOver: boolean): string {
  const yet = isOver ? '' : ' yet';
  const isNone = withoutValue(tally) === 0;
  return isNone ? `no picture judged by people${yet}` : `no picture decides${yet} (${judgedInWords(tally)})`;
}

/** Judged pictures that are no evidence. */
function withoutValue({ unclear, neither = 0, cannotTell = 0 }: TruthTally): number {
  return unclear + neither + cannotTell;
}

function judgedInWords(tally: TruthTally): string {
  const { unclear, neither = 0, cannotTell = 0 } = tally;
  const reasons = [
    [unclear, 'people differ'],
    [neither, 'neither answer is right'],
    [cannotTell, 'nobody can tell'],
  ] as const;
  const parts = reasons.flatMap(([times, reason]) => (times === 0 ? [] : [`on ${times} ${reason}`]));
  return `${judgedOf(tally.sample) + withoutValue(tally)} judged by people; ${parts.join(', ')}`;
}

/** `not yet proven to be better or worse`; without `yet` after the end */
export function unprovenInWords({ goal, margin = 0 }: TruthTest, isOver = false): string {
  const not = isOver ? 'not' : 'not yet';
  if (goal === 'better') return `${not} proven to be better or worse`;
  return `${not} proven whether it is worse by more than ${points(margin)}`;
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
