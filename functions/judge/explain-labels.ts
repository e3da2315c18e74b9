/** The sentences about a labelled set. */

import { counted } from '../plan/counted.ts';
import { unprovenInWords } from './explain-truth.ts';
import type { FindingOf } from './finding.ts';
import { isAnswered, type LabelsTally, photosToCome, type SetProblem, type SkipReason } from './labels.ts';
import { judgedOf } from './truth.ts';

type LabelsFinding = FindingOf<'labels'>;

const MEASURES = { ap50: 'mean AP50', countError: 'mean count error' } as const;

/** `137 labelled photos: mean AP50 of live 10.2 %, of the candidate 43.1 %: better with 99 % certainty` */
export function explainLabels({ outcome, tally, test, alpha }: LabelsFinding): string {
  const { measure, means, problem } = tally;
  if (problem) return explainProblem(problem);
  const answered = answeredInWords(tally);
  if (!means) return `${answered}: nothing to judge yet`;
  const blocks = judgedOf(tally.sample);
  const measured =
    `${answered}: ${MEASURES[measure]} of live ${percent(means.live)}, ` +
    `of the candidate ${percent(means.candidate)} (${counted(blocks, 'blocks')})`;
  const than = test.margin === undefined ? '' : ` by more than ${points(test.margin)}`;
  if (outcome === 'roll back') return `${measured}: worse${than} ${certain(alpha.rollback)}`;
  const goal = test.goal === 'better' ? 'better' : `not worse${than}`;
  if (outcome === 'promote') return `${measured}: ${goal} ${certain(alpha.promote)}`;
  return `${measured}: ${unprovenInWords(test)}${missing({ tally, test, alpha })}`;
}

/** After the last photo, only a larger set can decide. */
function missing({ tally, test, alpha }: Pick<LabelsFinding, 'tally' | 'test' | 'alpha'>): string {
  if (!isAnswered(tally)) return '';
  const more = photosToCome(tally, test, alpha);
  return more === undefined
    ? '; the set is too small, or the two are about equal'
    : `; the set is too small: about ${counted(more, 'more labelled photos')} needed`;
}

/** `137 labelled photos, without 2 that cannot be used (a.jpg: missing; b.jpg: not of the size of the truth)` */
function answeredInWords({ photos, done, skipped, examples }: LabelsTally): string {
  const used = done - skipped;
  const so = done < photos ? `${used} of ${counted(photos, 'labelled photos')}` : counted(used, 'labelled photos');
  if (skipped === 0) return so;
  const named = examples.map(({ file, reason }) => `${file}: ${SKIPPED[reason]}`);
  const more = skipped > named.length ? '; …' : '';
  return `${so}, without ${skipped} that cannot be used (${named.join('; ')}${more})`;
}

/** Why a photo is skipped. */
export const SKIPPED: Readonly<Record<SkipReason, string>> = {
  missing: 'missing',
  repeated: 'the same picture as another photo',
  unreadable: 'no picture that the versions accept',
  'other size': 'not of the size in the truth',
  'no boxes': 'counts only',
  'no labels': "none of the endpoint's labels",
  unanswered: 'not answered by the live version',
};

function explainProblem(problem: SetProblem): string {
  switch (problem.code) {
    case 'no truth':
      return `no labelled set: Expected an object ${problem.file} in the bucket, received none`;
    case 'invalid truth':
      return `the labelled set cannot be read: ${problem.file}: ${problem.fault}`;
    case 'other labels':
      return `the labelled set has none of the labels ${problem.names.join(', ')}`;
    case 'changed':
      return `${problem.file} has changed since the rollout began: start the rollout again to judge by the new set`;
  }
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
