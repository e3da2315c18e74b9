import { triple } from '../../../cli/model/commands/arguments.ts';

test('three numbers', () => {
  expect(triple('123.675, 116.28,-1')).toEqual([123.675, 116.28, -1]);
});

test.each(['1,,2', ',1,2', '1,2', '1,2,3,4', '1,x,2', ''])('%p is refused', (text) => {
  expect(() => triple(text)).toThrow('Expected three numbers, such as 123.675,116.28,103.53.');
});
