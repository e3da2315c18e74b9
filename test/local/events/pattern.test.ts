/** EventBridge patterns. */

import { checkPattern, matches, type Pattern } from '../../../local/events/pattern.ts';

const EVENT = {
  source: 'aws.s3',
  detail: { bucket: { name: 'b' }, object: { key: 'uploads/count-cars/Photo.JPG', size: 10 }, tags: ['x', 'y'] },
};

const key = (...matchers: Pattern[string][]): Pattern => ({ detail: { object: { key: matchers } } });

test.each<[Pattern, boolean]>([
  [{ source: ['aws.s3'] }, true],
  [{ source: ['aws.ec2', 'aws.s3'] }, true],
  [{ source: ['aws.ec2'] }, false],
  [{ source: ['aws.s3'], detail: { bucket: { name: ['other'] } } }, false],
  [{ detail: { tags: ['y'] } }, true],
  [{ detail: { tags: ['z'] } }, false],
  [key({ prefix: 'uploads/count-cars/' }), true],
  [key({ prefix: 'uploads/count-car/' }), false],
  [key({ suffix: '.JPG' }), true],
  [key({ suffix: '.jpg' }), false],
  [key({ suffix: { 'equals-ignore-case': '.jpg' } }), true],
  [key({ prefix: 'results/' }, { suffix: '.JPG' }), true],
  [key({ wildcard: 'uploads/*/Photo.*' }), true],
  [key({ wildcard: 'uploads/*.png' }), false],
  [key({ 'equals-ignore-case': 'UPLOADS/COUNT-CARS/PHOTO.jpg' }), true],
  [key({ 'anything-but': ['a', 'b'] }), true],
  [key({ 'anything-but': { prefix: 'uploads/' } }), false],
  [key({ exists: true }), true],
  [key({ exists: false }), false],
  [{ detail: { object: { 'version-id': [{ exists: false }] } } }, true],
  [{ detail: { object: { 'version-id': [{ prefix: 'a' }] } } }, false],
  [{ detail: { object: { size: [{ numeric: ['>', 5, '<=', 10] }] } } }, true],
  [{ detail: { object: { size: [{ numeric: ['<', 10] }] } } }, false],
  [{ $or: [{ source: ['aws.ec2'] }, { detail: { bucket: { name: ['b'] } } }] }, true],
  [{ $or: [{ source: ['aws.ec2'] }, { detail: { bucket: { name: ['c'] } } }] }, false],
])('%j: %p', (pattern, expected) => {
  checkPattern(pattern);
  expect(matches(pattern, EVENT)).toBe(expected);
});

test('an operator that is not played is refused by name before any event comes', () => {
  const message = /^EventBridge operator cidr \(pattern of ip\) is not played/;
  expect(() => checkPattern({ detail: { ip: [{ cidr: '10.0.0.0/8' }] } })).toThrow(message);
  expect(() => checkPattern({ $or: [{ ip: [{ cidr: '10.0.0.0/8' }] }] })).toThrow(message);
});
