import * as z from 'zod';
import { schemaFaults } from '../../functions/plan/fault.ts';

const gate = z.union([z.literal(false), z.strictObject({ limit: z.number('Expected a number') })]);
const schema = z.strictObject({
  name: z.string('Expected a name'),
  labels: z.array(z.string('Expected a label')),
  gates: z.strictObject({ errors: gate }),
});

/** The faults of a value that the schema refuses. */
function faultsOf(value: unknown, prefix = '') {
  const { error } = schema.safeParse(value);
  return error ? schemaFaults(error, value, prefix) : [];
}

test('every fault has the path, the expectation and the received value', () => {
  const value = { name: 7, labels: ['car', null], gates: { errors: { limit: 'a', most: 3 } }, colour: 'red' };
  expect(faultsOf(value)).toEqual([
    { path: 'name', expected: 'Expected a name', value: 7 },
    { path: 'labels[1]', expected: 'Expected a label', value: null },
    { path: 'gates.errors.limit', expected: 'Expected a number', value: 'a' },
    { path: 'gates.errors.most', expected: 'Expected no value: the key is unknown', value: 3 },
    { path: 'colour', expected: 'Expected no value: the key is unknown', value: 'red' },
  ]);
});

test('paths continue a prefix', () => {
  const value = { labels: [7], gates: { errors: false } };
  expect(faultsOf(value, 'endpoints[2]').map(({ path }) => path)).toEqual([
    'endpoints[2].name',
    'endpoints[2].labels[0]',
  ]);
});

test('a value that is missing, or below one that is missing, is received as undefined', () => {
  expect(faultsOf({ labels: [], gates: { errors: false } })).toEqual([
    { path: 'name', expected: 'Expected a name', value: undefined },
  ]);
  const { error } = schema.safeParse({ name: 'a', labels: [], gates: { errors: { limit: 'a' } } });
  expect(error && schemaFaults(error, {}, '')).toEqual([
    { path: 'gates.errors.limit', expected: 'Expected a number', value: undefined },
  ]);
});

test('a list itself can be the checked value', () => {
  const { error } = z.array(z.string('Expected a label')).safeParse(['a', 7]);
  expect(error && schemaFaults(error, ['a', 7], '')).toEqual([{ path: '[1]', expected: 'Expected a label', value: 7 }]);
  expect(error && schemaFaults(error, ['a', 7], 'labels')[0]?.path).toBe('labels[1]');
});

test('without a fault there is none', () => {
  expect(faultsOf({ name: 'a', labels: ['car'], gates: { errors: { limit: 1 } } })).toEqual([]);
});
