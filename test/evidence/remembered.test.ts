import { oncePerObject } from '../../functions/evidence/remembered.ts';

test('computes once for each object', () => {
  const computed: string[] = [];
  const lengthOf = oncePerObject(({ text }: { readonly text: string }) => {
    computed.push(text);
    return text.length;
  });
  const [short, long] = [{ text: 'ab' }, { text: 'abcd' }];
  expect([lengthOf(short), lengthOf(long), lengthOf(short), lengthOf({ text: 'ab' })]).toEqual([2, 4, 2, 2]);
  expect(computed).toEqual(['ab', 'abcd', 'ab']);
});
