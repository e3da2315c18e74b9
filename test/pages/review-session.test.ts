import type { PictureToReview, ReviewAnswer } from '../../functions/api/review-schemas.ts';
import { COMMANDS } from '../../functions/pages/review/commands.ts';
import { ReviewSession } from '../../functions/pages/review/session.ts';
import { decisionInWords, differenceInWords, progressOf, waitInWords } from '../../functions/pages/review/words.ts';

const picture = (id: string, url = 'https://a'): PictureToReview => ({
  ...{ id, skip: `skip-${id}`, boxes: [] },
  picture: { url, width: 4, height: 3 },
});

function answerOf(ids: readonly string[], changes: Partial<ReviewAnswer> = {}): ReviewAnswer {
  return {
    ...{ endpoint: 'count-cars', listed_at: '2026-11-27T12:00:00Z', pictures: 10, reviewed: 4, compared: 3, same: 2 },
    ...{ open: ids.length, next: ids.map((id) => picture(id)), differing: [] },
    ...changes,
  };
}

function sessionWith(...ids: readonly string[]): ReviewSession {
  const session = new ReviewSession();
  session.fetching();
  session.fetched(answerOf(ids));
  return session;
}

test('pictures come in their order; those with a decision do not come again', () => {
  const session = sessionWith('a', 'b', 'c');
  expect(session.decide(2)).toEqual({ picture: picture('a'), decision: 2 });
  expect(session.present?.id).toBe('b');
  session.fetched(answerOf(['a', 'b', 'd']));
  expect([session.present?.id, session.upcoming(9).map(({ id }) => id)]).toEqual(['b', ['d']]);
});

test('undo goes back picture by picture, and leaving a correction goes on', () => {
  const session = sessionWith('a', 'b', 'c');
  expect(session.undo()).toBeUndefined();
  session.decide(2);
  session.decide('skip');
  expect(session.undo()).toEqual({ picture: picture('b'), decision: 'skip' });
  expect(session.former).toBe('skip');
  expect(session.undo()).toEqual({ picture: picture('a'), decision: 2 });
  expect(session.leaveCorrection(true)).toBe(true);
  expect(session.present?.id).toBe('c');
  expect(session.leaveCorrection(false)).toBe(false);
});

test('a picture that differs can be opened; the present one waits', () => {
  const session = sessionWith('a', 'b');
  session.open(picture('x'));
  expect(session.present?.id).toBe('x');
  expect(session.upcoming(9).map(({ id }) => id)).toEqual(['a', 'b']);
  session.decide(3);
  expect(session.present?.id).toBe('a');
});

test('the present picture stays when others are fetched, with its new address; another choice begins anew', () => {
  const session = sessionWith('a', 'b');
  session.fetched(answerOf([], { next: [picture('b'), picture('a', 'https://new')] }));
  expect(session.present?.picture.url).toBe('https://new');
  session.decide(1);
  session.fetched(answerOf(['a'], { listed_at: '2026-11-28T12:00:00Z' }));
  expect([session.present?.id, session.former]).toEqual(['a', undefined]);
});

test('more is fetched when few are left, or after five decisions', () => {
  const session = sessionWith('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l');
  const needs = Array.from({ length: 6 }, () => {
    session.decide(1);
    return session.needsMore();
  });
  expect(needs).toEqual([false, false, false, false, true, true]);
  session.fetching();
  expect(session.needsMore()).toBe(false);
});

test('the progress in words counts decisions since the answer', () => {
  expect(progressOf(undefined, 0)).toEqual({ words: 'Loading …', share: 0 });
  expect(progressOf(answerOf(['a', 'b']), 1)).toEqual({
    words: '4 of 10 pictures counted, 3 by two people: 2 alike; 1 wait for you',
    share: 0.9,
  });
  expect(progressOf(answerOf([], { compared: 0, same: 0 }), 0).words).toBe('4 of 10 pictures counted; 0 wait for you');
});

test('decisions, differences and the end in words', () => {
  expect([decisionInWords(3, 3), decisionInWords(1, 1), decisionInWords(4, 3), decisionInWords('skip', 3)]).toEqual([
    '3 objects confirmed',
    '1 object confirmed',
    'the count is 4',
    'skipped',
  ]);
  const counts = [
    { by: 'Ada', count: 4 },
    { by: 'Bo', count: 5 },
  ];
  expect(differenceInWords({ ...picture('a'), counts })).toBe('Ada 4, Bo 5; found 0');
  expect(waitInWords(answerOf([], { compared: 10 }))).toBe('All pictures are counted by two people.');
  expect(waitInWords(answerOf([]))).toMatch(/^No picture waits for you\./);
});

test('keys: every digit begins a count, letters in both cases', () => {
  expect(['0', '7', 'y', 'S', 'u', 'Escape', 'z', '?', 't', 'x'].map(COMMANDS.ofKey)).toEqual([
    { kind: 'count', digit: '0' },
    { kind: 'count', digit: '7' },
    { kind: 'confirm' },
    { kind: 'skip' },
    { kind: 'undo' },
    { kind: 'leave' },
    { kind: 'zoom' },
    { kind: 'help' },
    { kind: 'count' },
    undefined,
  ]);
});
