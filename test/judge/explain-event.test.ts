/** The sentence of every event. Nothing else holds a copy of one. */

import { explainEvent, isEventCode } from '../../functions/judge/explain-event.ts';
import type { RolloutEvent } from '../../functions/judge/finding.ts';
import { partsInWords } from '../../functions/judge/unchecked-words.ts';

const canary = { version: '3', candidate: { version: '4', percent: 10 } };
const order = { order: 'a-b', by: 'Ada' };
const failure = { kind: 'error', error: 'Error: no memory' } as const;

const SENTENCES: readonly [RolloutEvent, string][] = [
  [{ event: 'over', status: 'rolled back' }, 'the rollout is over: rolled back'],
  [
    { event: 'alias-moved', routing: { version: '2' }, expected: canary },
    'the live alias was moved by hand, without a note: expected version 3: 90 %, version 4: 10 %; ' +
      'received version 2: 100 %',
  ],
  [
    { event: 'alias-moved', routing: { version: '2' }, expected: { version: '3' }, by: 'Bob' },
    'the live alias was moved by Bob: expected version 3: 100 %; received version 2: 100 %',
  ],
  [
    { event: 'alias-moved', routing: canary, expected: { version: '3' }, by: 'Bob', withdrawn: '4' },
    'the live alias was moved by Bob: expected version 3: 100 %; received version 3: 90 %, version 4: 10 %; ' +
      'the share of version 4 is withdrawn',
  ],
  [{ event: 'superseded', version: '5' }, 'superseded by version 5'],
  [{ event: 'rollback-ordered', ...order }, 'rollback ordered by Ada'],
  [{ event: 'promoted', ...order }, 'promoted to the next step by Ada'],
  [{ event: 'promoted-to-all', ...order }, 'promoted to all traffic by Ada'],
  [{ event: 'promote-refused', ...order }, 'promotion by Ada refused: the golden gate is not passed yet'],
  [
    { event: 'promote-refused', heldBy: 'Bob', ...order },
    'promotion by Ada refused: held by Bob (promote --resume ends that hold)',
  ],
  [{ event: 'held', by: 'Ada' }, 'held by Ada'],
  [
    { event: 'overdue' },
    'no verdict within the time or the pictures of this step: an operator decides, unless the proof comes later',
  ],
  [
    { event: 'live-unanswered', requests: 160, rejections: 150, failures: 10 },
    'live answered none of its 160 requests of the last day (150 rejected, 10 failed), so there is no answer to ' +
      'compare with: promote starts the next step',
  ],
  [
    { event: 'live-unanswered', requests: 1, rejections: 1, failures: 0, candidate: { tried: 12, answered: 11 } },
    'live answered none of its 1 request of the last day (1 rejected, 0 failed), so there is no answer to compare ' +
      'with; the candidate answers 11 of 12 of the rejected: promote starts the next step',
  ],
  [{ event: 'golden-pending' }, 'the golden gate has no result yet'],
  [{ event: 'golden-passed', pictures: 4 }, 'all 4 golden pictures have the expected detections'],
  [
    {
      event: 'golden-passed',
      pictures: 8,
      unchecked: [
        { model: 'kitti', parts: ['classes', 'colour'] },
        { model: 'nano', parts: ['colour'] },
      ],
    },
    'all 8 golden pictures have the expected detections; NOT checked of kitti: class names, order of colours; ' +
      'NOT checked of nano: order of colours',
  ],
  [{ event: 'golden-failed', failure }, 'the version fails on its golden pictures: Error: no memory'],
  [
    { event: 'rolled-back', by: 'Ada', before: canary, after: { version: '3' }, seconds: 0.4 },
    'rolled back by Ada: version 3: 90 %, version 4: 10 % → version 3: 100 %, in 0.4 s',
  ],
  [
    { event: 'moved-forward', by: 'Ada', before: { version: '1' }, after: { version: '3' }, seconds: 0.4 },
    'all traffic moved by Ada: version 1: 100 % → version 3: 100 %, in 0.4 s',
  ],
  [{ event: 'other', words: 'held by Ada' }, 'held by Ada'],
];

test.each(SENTENCES)('%j', (event, sentence) => {
  expect(explainEvent(event)).toBe(sentence);
  expect(isEventCode(event.event)).toBe(true);
});

test.each(['', 'exploded', 'constructor', 'toString'])('%j is no code of an event', (code) => {
  expect(isEventCode(code)).toBe(false);
});

test('the parts of a package that nothing proves', () => {
  expect(partsInWords(['boxes', 'classes', 'colour'])).toBe('boxes, class names, order of colours');
});
