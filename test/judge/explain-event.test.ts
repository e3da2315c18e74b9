/** The sentence of every event. Nothing else holds a copy of one. */

import { explainEvent, isEventCode } from '../../functions/judge/explain-event.ts';
import type { RolloutEvent } from '../../functions/judge/finding.ts';

const canary = { version: '3', candidate: { version: '4', percent: 10 } };
const order = { order: 'a-b', by: 'Ada' };
const failure = { kind: 'error', error: 'Error: no memory' } as const;

const SENTENCES: readonly [RolloutEvent, string][] = [
  [{ event: 'over', status: 'rolled back' }, 'the rollout is over: rolled back'],
  [
    { event: 'alias-moved', routing: { version: '2' }, expected: canary },
    'the live alias was moved by someone else: live is at version 2: 100 %, expected version 3: 90 %, version 4: 10 %',
  ],
  [
    { event: 'alias-moved', routing: { version: '2' }, expected: { version: '3' }, by: 'Bob' },
    'the live alias was moved by someone else: live is at version 2: 100 %, expected version 3: 100 %; moved by Bob',
  ],
  [{ event: 'superseded', version: '5' }, 'superseded by version 5'],
  [{ event: 'rollback-ordered', ...order }, 'Ada said rollback'],
  [{ event: 'promoted', ...order }, 'Ada said promote'],
  [{ event: 'promoted-to-all', ...order }, 'Ada said promote-all'],
  [{ event: 'promote-refused', ...order }, 'Ada asked to promote, but the golden gate has not been passed'],
  [{ event: 'held', by: 'Ada' }, 'held by Ada'],
  [{ event: 'overdue' }, 'held for too long: waits for a person'],
  [{ event: 'golden-pending' }, 'the golden pictures have not been answered yet'],
  [{ event: 'golden-passed', pictures: 4 }, 'all 4 golden pictures answered as expected'],
  [{ event: 'golden-failed', failure }, 'the version fails on its golden pictures: Error: no memory'],
  [
    { event: 'rolled-back', by: 'Ada', before: canary, after: { version: '3' }, seconds: 0.4 },
    'Ada rolled back: version 3: 90 %, version 4: 10 % → version 3: 100 %, in 0.4 s',
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
