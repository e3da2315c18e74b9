import { withRange } from '../../../local/s3/range.ts';

const SIZE = 6;

test.each([
  ['bytes=1-2', 'bytes=1-2'],
  ['bytes=4-', 'bytes=4-'],
  ['bytes=4-100', 'bytes=4-100'],
  ['bytes=-2', 'bytes=-2'],
  ['bytes=-100', 'bytes=0-'],
  ['bytes=6-', 'bytes=6-'],
  ['bytes=-0', 'bytes=-0'],
])('%s is one range: %s', (range, expected) => {
  expect(withRange({ range, host: 'h' }, SIZE)).toEqual({ range: expected, host: 'h' });
});

test('of an empty object, no range is satisfied', () => {
  expect(withRange({ range: 'bytes=-1' }, 0)).toEqual({ range: 'bytes=-1' });
});

const IGNORED = ['bytes=0-1,3-4', 'bytes=0-1, -1', 'bytes=3-1', 'bytes=-', 'bytes=a-b', 'bytes=1', 'items=0-1', ''];

test.each(IGNORED)('"%s" is ignored', (range) => expect(withRange({ range, host: 'h' }, SIZE)).toEqual({ host: 'h' }));
