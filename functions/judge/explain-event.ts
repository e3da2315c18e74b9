/** The sentence of each event. */

import { counted } from '../plan/counted.ts';
import { explainDriftHold } from './explain-drift-hold.ts';
import type { RolloutEvent } from './finding.ts';
import type { GoldenDifference, GoldenFailure, GoldenResult } from './golden-check.ts';
import { describeRouting } from './routing.ts';
import { partsInWords } from './unchecked-words.ts';

type Code = RolloutEvent['event'];
type Of<C extends Code> = Extract<RolloutEvent, { readonly event: C }>;

const SENTENCES: { readonly [C in Code]: (event: Of<C>) => string } = {
  over: ({ status }) => `the rollout is over: ${status}`,
  'alias-moved': ({ routing, expected, by, withdrawn }) => {
    const who = by === undefined ? 'by hand, without a note' : `by ${by}`;
    const moved = `the live alias was moved ${who}: expected ${describeRouting(expected)}`;
    const end = withdrawn === undefined ? '' : `; the share of version ${withdrawn} is withdrawn`;
    return `${moved}; received ${describeRouting(routing)}${end}`;
  },
  superseded: ({ version }) => `superseded by version ${version}`,
  'rollback-ordered': ({ by }) => `rollback ordered by ${by}`,
  promoted: ({ by }) => `promoted to the next step by ${by}`,
  'promoted-to-all': ({ by }) => `promoted to all traffic by ${by}`,
  'promote-refused': ({ by, heldBy }) =>
    `promotion by ${by} refused: ${heldBy === undefined ? 'the golden gate is not passed yet' : heldInWords(heldBy)}`,
  held: ({ by }) => `held by ${by}`,
  drift: ({ drift, others }) => explainDriftHold(drift, others),
  overdue: () =>
    'no verdict within the time or the pictures of this step: an operator decides, unless the proof comes later',
  'metrics-incomplete': () => 'CloudWatch could not return all metrics of this step',
  'live-unanswered': ({ requests, rejections, failures, candidate }) => {
    const tried = candidate
      ? `; the candidate answers ${candidate.answered} of ${candidate.tried} of the rejected`
      : '';
    return (
      `live answered none of its ${counted(requests, 'requests')} of the last day (${rejections} rejected, ` +
      `${failures} failed), so there is no answer to compare with${tried}: promote starts the next step`
    );
  },
  'golden-pending': () => 'the golden gate has no result yet',
  'golden-passed': ({ pictures, unchecked }) =>
    explainGolden({ passed: true, pictures, ...(unchecked && { unchecked }) }),
  'golden-failed': ({ failure }) => explainGolden({ passed: false, failure }),
  'rolled-back': ({ by, before, after, seconds }) =>
    `rolled back by ${by}: ${describeRouting(before)} → ${describeRouting(after)}, in ${seconds} s`,
  'moved-forward': ({ by, before, after, seconds }) =>
    `all traffic moved by ${by}: ${describeRouting(before)} → ${describeRouting(after)}, in ${seconds} s`,
  other: ({ words }) => words,
};

function heldInWords(by: string): string {
  return `held by ${by} (promote --resume ends that hold)`;
}

/** Whether this version of the rollout knows the code of an event, such as one from a stored record. */
export function isEventCode(code: string): code is Code {
  return Object.hasOwn(SENTENCES, code);
}

/** One event as a sentence. */
export function explainEvent<C extends Code>(event: Of<C>): string {
  return SENTENCES[event.event as C](event);
}

/** The golden gate's judgement as a sentence. */
export function explainGolden(result: GoldenResult): string {
  if (!result.passed) return explainGoldenFailure(result.failure);
  const open = result.unchecked?.map(({ model, parts }) => `; NOT checked of ${model}: ${partsInWords(parts)}`) ?? [];
  return [goldenPassed(result.pictures), ...open].join('');
}

function goldenPassed(pictures: number): string {
  if (pictures === 1) return 'the golden picture has the expected detections';
  return `all ${pictures} golden pictures have the expected detections`;
}

function explainGoldenFailure(failure: GoldenFailure): string {
  switch (failure.kind) {
    case 'no-pictures':
      return 'the model packages have no golden pictures';
    case 'error':
      return `the version fails on its golden pictures: ${failure.error}`;
    case 'different': {
      const pictures = failure.pictures.map(
        ({ model, picture, differences }) => `${model}/${picture}: ${differences.map(explainDifference).join(', ')}`,
      );
      return `golden pictures have unexpected detections: ${pictures.join('; ')}`;
    }
  }
}

function explainDifference(difference: GoldenDifference): string {
  switch (difference.kind) {
    case 'missed':
      return `missed ${describe(difference.expected)}`;
    case 'extra':
      return `unexpected ${describe(difference.found)}`;
    case 'moved':
      return `${describe(difference.found)} ${overlapInWords(difference)}`;
    case 'confidence':
      return `${describe(difference.found)}, expected ${describe(difference.expected)}`;
  }
}

function overlapInWords({ iou, leastIou }: { readonly iou: number; readonly leastIou: number }): string {
  return `with IoU ${iou.toFixed(2)}, expected at least ${leastIou}`;
}

/** `car (0.80)` */
function describe({ label, confidence }: { readonly label: string; readonly confidence: number }): string {
  return `${label} (${confidence.toFixed(2)})`;
}
