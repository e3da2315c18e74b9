import { counted } from '../../functions/plan/counted.ts';

test.each([
  [0, 'pictures', '0 pictures'],
  [1, 'pictures', '1 picture'],
  [2, 'pictures', '2 pictures'],
  [1, 'pictures with objects', '1 picture with objects'],
])('%d %s', (count, things, words) => {
  expect(counted(count, things)).toBe(words);
});
