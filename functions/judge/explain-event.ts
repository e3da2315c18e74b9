/** The sentence of each event. */

import type { RolloutEvent } from './finding.ts';
import type { GoldenDifference, GoldenFailure, GoldenResult } from './golden-check.ts';
import { describeRouting } from './routing.ts';

type Code = RolloutEvent['event'];
type Of<C extends Code> = Extract<RolloutEvent, { readonly event: C }>;

const SENTENCES: { readonly [C in Code]: (event: Of<C>) => string } = {
  over: ({ status }) => `the rollout is over: ${status}`,
  'alias-moved': ({ routing, expected, by }) =>
    `the live alias was moved by someone else: live is at ${describeRouting(routing)}, expected ${describeRouting(expected)}${by === undefined ? '' : `; moved by ${by}`}`,
  superseded: ({ version }) => `superseded by version ${version}`,
  'rollback-ordered': ({ by }) => `${by} said rollback`,
  promoted: ({ by }) => `${by} said promote`,
  'promoted-to-all': ({ by }) => `${by} said promote-all`,
  'promote-refused': ({ by }) => `${by} asked to promote, but the golden gate has not been passed`,
  held: ({ by }) => `held by ${by}`,
  overdue: () => 'held for too long: waits for a person',
  'golden-pending': () => 'the golden pictures have not been answered yet',
  'golden-passed': ({ pictures }) => explainGolden({ passed: true, pictures }),
  'golden-failed': ({ failure }) => explainGolden({ passed: false, failure }),
  'rolled-back': ({ by, before, after, seconds }) =>
    `${by} rolled back: ${describeRouting(before)} → ${describeRouting(after)}, in ${seconds} s`,
  other: ({ words }) => words,
};

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
  return result.passed
    ? `all ${result.pictures} golden pictures answered as expected`
    : explainGoldenFailure(result.failure);
}

function explainGoldenFailure(failure: GoldenFailure): string {
  switch (failure.kind) {
    case 'no-pictures':
      return 'the packages have no golden pictures to judge by';
    case 'error':
      return `the version fails on its golden pictures: ${failure.error}`;
    case 'different': {
      const pictures = failure.pictures.map(
        ({ model, picture, differences }) => `${model}/${picture}: ${differences.map(explainDifference).join(', ')}`,
      );
      return `golden pictures answered otherwise than expected: ${pictures.join('; ')}`;
    }
  }
}

function explainDifference(difference: GoldenDifference): string {
  switch (difference.kind) {
    case 'missed':
      return `no ${describe(difference.expected)}`;
    case 'extra':
      return `an unexpected ${describe(difference.found)}`;
    case 'moved':
      return `${describe(difference.found)} at an IoU of ${difference.iou.toFixed(2)}, expected ${difference.leastIou}`;
    case 'confidence':
      return `${describe(difference.found)} instead of ${describe(difference.expected)}`;
  }
}

/** `car (0.80)` */
function describe({ label, confidence }: { readonly label: string; readonly confidence: number }): string {
  return `${label} (${confidence.toFixed(2)})`;
}
