import { decisionsJson, readDecisions } from '../../functions/api/preference-schemas.ts';
import { withDecision, withPreference } from '../../functions/detect/stored-decisions.ts';

const at = '2026-11-22T12:00:00.000Z';
const PAIR = '0123456789abcdef';
const count = (number: number, by?: string) => ({ count: number, decided_at: at, ...(by !== undefined && { by }) });
const prefer = (preference: 'first' | 'second', by?: string, pair = PAIR) => ({
  ...{ preference, pair, decided_at: at },
  ...(by !== undefined && { by }),
});

test('the latest preference of each person on a pair is kept', () => {
  const ada = withPreference(prefer('first', 'Ada'), undefined, undefined);
  const bob = withPreference(prefer('second', 'Bob'), undefined, ada);
  const corrected = withPreference(prefer('second', 'Ada'), undefined, bob);
  expect(corrected).toEqual({ preferences: [prefer('second', 'Ada'), prefer('second', 'Bob')] });
  const later = withPreference(prefer('first', 'Ada', 'f'.repeat(16)), undefined, corrected);
  expect(later.preferences).toHaveLength(3);
});

test('a preference replaces the count of the same person, and the count of another one takes its place', () => {
  const both = withDecision(count(5, 'Ada'), { decision: count(4, 'Bob'), preferences: [] });
  expect(withPreference(prefer('first', 'Ada'), undefined, both)).toEqual({
    decision: count(4, 'Bob'),
    preferences: [prefer('first', 'Ada')],
  });
  const alone = withDecision(count(5, 'Ada'), undefined);
  expect(withPreference(prefer('first', 'Ada'), undefined, alone)).toEqual({ preferences: [prefer('first', 'Ada')] });
});

test('a count replaces the preferences of the same person, and no others', () => {
  const before = { preferences: [prefer('first', 'Ada'), prefer('first', 'Bob')] };
  expect(withDecision(count(5, 'Ada'), before)).toEqual({
    decision: count(5, 'Ada'),
    preferences: [prefer('first', 'Bob')],
  });
});

test('a count without a name, which came with the picture, stays beside every preference', () => {
  const sent = { decision: count(5), preferences: [] };
  for (const by of ['Ada', undefined]) {
    expect(withPreference(prefer('first', by), undefined, sent).decision).toEqual(count(5));
  }
});

test('decisions on an earlier picture under the same key are not of this picture', () => {
  const before = {
    version: 'a',
    decision: { ...count(5, 'Bob'), version: 'a' },
    preferences: [prefer('first', 'Bob')],
  };
  expect(withPreference(prefer('second', 'Ada'), 'b', before)).toEqual({
    version: 'b',
    preferences: [prefer('second', 'Ada')],
  });
});

test('what is stored is read again; a decision of an earlier release has no preferences', () => {
  const all = { version: 'a', decision: { ...count(5, 'Bob'), version: 'a' }, preferences: [prefer('first', 'Ada')] };
  expect(readDecisions(JSON.parse(JSON.stringify(decisionsJson(all))))).toEqual(all);
  expect(readDecisions(count(3))).toEqual({ decision: count(3), preferences: [] });
  expect(readDecisions({ preferences: [prefer('first')] })).toEqual({ preferences: [prefer('first')] });
});
