/** EventBridge patterns. */

import { checkPattern, matches, type Pattern } from '../../../local/events/pattern.ts';

const EVENT = {
  source: 'aws.s3',
  detail: {
    bucket: { name: 'b' },
    object: { key: 'uploads/count-cars/Photo.JPG', size: 10 },
    tags: ['x', 'y'],
    parts: [
      { name: 'a', at: 1 },
      { name: 'b', at: 2 },
    ],
  },
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
  [key({ prefix: 'results/' }, 'uploads/count-cars/Photo.JPG'), true],
  [{ detail: { object: { 'version-id': [{ prefix: 'a' }] } } }, false],
  [{ detail: { parts: { name: ['b'], at: [2] } } }, true],
  [{ detail: { parts: { name: ['a'], at: [2] } } }, false],
  [{ detail: { tags: { name: ['x'] } } }, false],
])('%j: %p', (pattern, expected) => {
  checkPattern(pattern);
  expect(matches(pattern, EVENT)).toBe(expected);
});

test.each<[string, Pattern]>([
  ['suffix', key({ suffix: '.jpg' })],
  ['wildcard', key({ wildcard: 'uploads/*' })],
  ['equals-ignore-case', key({ 'equals-ignore-case': 'a' })],
  ['anything-but', key({ 'anything-but': ['a'] })],
  ['exists', key({ exists: true })],
  ['numeric', { size: [{ numeric: ['>', 5] }] }],
  ['cidr', { detail: { ip: [{ cidr: '10.0.0.0/8' }] } }],
  ['prefix', key({ prefix: { 'equals-ignore-case': 'a' } })],
  ['$or', { $or: [{ source: ['aws.s3'] }] }],
])('the operator %s is rejected by its name, before any event', (operator, pattern) => {
  expect(() => checkPattern(pattern)).toThrow(`The EventBridge operator ${operator} (`);
});
