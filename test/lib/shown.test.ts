/** Every value that settings can have is shown as it is, and none ends the check with another error. */

import fc from 'fast-check';
import { shown } from '../../lib/shown.ts';
import { endpointWith, faultsOf } from './faults.ts';

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;

test.each<[unknown, string]>([
  [undefined, 'nothing'],
  [null, 'null'],
  [2048n, '2048n'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
  [-0, '-0'],
  [() => 1, 'a function'],
  [parseInt, 'the function parseInt'],
  [Symbol('x'), 'Symbol(x)'],
  [cyclic, '{"self":an object that contains itself}'],
  [[Number.NaN, 1n, undefined], '[NaN,1n,undefined]'],
  [{ a: { b: ['c'] }, d: undefined }, '{"a":{"b":["c"]}}'],
  [new Date(0), '"1970-01-01T00:00:00.000Z"'],
  [new Date(Number.NaN), 'an invalid date'],
  [new Map(), 'a Map'],
])('%p is shown', (value, text) => {
  expect(shown(value)).toBe(text);
});

test('two references to the same object are no cycle', () => {
  const one = { a: 1 };
  expect(shown([one, one])).toBe('[{"a":1},{"a":1}]');
});

test('what JSON can express is shown as JSON', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => expect(JSON.parse(shown(value) || '0')).toEqual(value)));
});

test.each<[string, unknown, string]>([
  ['memoryMb', 2048n, '2048n'],
  ['memoryMb', cyclic, '{"self":an object that contains itself}'],
  ['memoryMb', Number.NaN, 'NaN'],
  ['memoryMb', Math.floor, 'the function floor'],
])('endpoints[].%s = %p is a fault with this value', (key, value, text) => {
  const expected = 'Expected a whole number of MB, 512–10240';
  expect(faultsOf(endpointWith({ [key]: value }))).toEqual([`endpoints[0].${key}: ${expected}, received ${text}`]);
});

test.each<[unknown, string]>([
  [undefined, 'nothing'],
  [null, 'null'],
  ['cars', '"cars"'],
  [[], '[]'],
  [faultsOf, 'the function faultsOf'],
])('%p instead of settings says what the file must export', (settings, text) => {
  const expected = 'Expected settings that lib/endpoints.ts exports under this name';
  expect(faultsOf(settings)).toEqual([
    `deployment: ${expected} (export const deployment: Deployment = { … }), received ${text}`,
  ]);
});
