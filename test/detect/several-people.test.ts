import { withOthers } from '../../functions/detect/human.ts';

const decision = (count: number, by?: string) => ({
  count,
  decided_at: '2026-11-22T12:00:00.000Z',
  ...(by !== undefined && { by }),
});

test('the latest decision of each person is kept, the newest first', () => {
  const ann = decision(3, 'Ann');
  const bob = withOthers(decision(4, 'Bob'), ann);
  expect(bob).toEqual({ ...decision(4, 'Bob'), others: [ann] });
  const corrected = withOthers(decision(5, 'Ann'), bob);
  expect(corrected).toEqual({ ...decision(5, 'Ann'), others: [decision(4, 'Bob')] });
});

test('a decision without a name is replaced by the next one', () => {
  expect(withOthers(decision(5), decision(9))).toEqual(decision(5));
  expect(withOthers(decision(5, 'Ann'), decision(9))).toEqual(decision(5, 'Ann'));
  expect(withOthers(decision(5), decision(9, 'Ann'))).toEqual({ ...decision(5), others: [decision(9, 'Ann')] });
});

test('a decision on an earlier picture under the same key is not of this picture', () => {
  const latest = { ...decision(5, 'Ann'), version: 'b' };
  expect(withOthers(latest, { ...decision(9, 'Bob'), version: 'a' })).toEqual(latest);
});
