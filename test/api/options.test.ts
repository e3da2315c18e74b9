import fc from 'fast-check';
import { InvalidOptionsError, shown } from '../../functions/api/errors.ts';
import { OPTION_NAMES, parseOptions, RANGES } from '../../functions/api/options.ts';

const texts = (options: Record<string, string | readonly string[]>) =>
  new Map(Object.entries(options).map(([name, values]) => [name, [values].flat()]));

function invalidFields(...sources: readonly ReturnType<typeof texts>[]) {
  try {
    parseOptions(...sources);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidOptionsError);
    return (error as InvalidOptionsError).invalidFields;
  }
  throw new Error('Expected the options to be rejected');
}

test('every option is read from its text', () => {
  const given = { model: 'nano', confidence: '0.5', iou: '1e-1', max_side: '+320', decision: '3.0' };
  expect(parseOptions(texts(given))).toEqual({ model: 'nano', confidence: 0.5, iou: 0.1, max_side: 320, decision: 3 });
});

test('options come from several sources', () => {
  expect(parseOptions(texts({ iou: '.5' }), texts({ confidence: '0' }))).toEqual({ iou: 0.5, confidence: 0 });
  expect(parseOptions()).toEqual({});
});

test.each(Object.entries(RANGES))('%s takes its range, both bounds included', (name, { min, max, whole }) => {
  for (const value of [min, max]) expect(parseOptions(texts({ [name]: String(value) }))).toEqual({ [name]: value });
  const expected = `a ${whole ? 'whole ' : ''}number from ${min} to ${max}`;
  for (const value of [min - 1, max + 1]) {
    expect(invalidFields(texts({ [name]: String(value) }))).toEqual([
      { field: name, expected, received: `"${value}"`, min, max },
    ]);
  }
});

test.each([
  ['words', 'high'],
  ['nothing', ''],
  ['a space', ' 1'],
  ['hexadecimal digits', '0x1'],
  ['infinity', 'Infinity'],
  ['NaN', 'NaN'],
  ['a comma', '0,5'],
  ['a large exponent', '1e999'],
])('%s are no number', (_what, text) => {
  expect(invalidFields(texts({ confidence: text }))).toMatchObject([{ field: 'confidence', received: `"${text}"` }]);
});

test.each(['max_side', 'decision'])('%s is a whole number', (name) => {
  expect(invalidFields(texts({ [name]: '20.5' }))).toMatchObject([{ field: name }]);
});

test('all invalid options are named at once', () => {
  const given = texts({ zoom: '2', iou: ['0.4', '0.5'], confidence: '2', max_side: '320' });
  expect(invalidFields(given).map(({ field, received }) => [field, received])).toEqual([
    ['"zoom"', 'an unknown one'],
    ['iou', '2 values'],
    ['confidence', '"2"'],
  ]);
});

test('an option in two sources is repeated', () => {
  expect(invalidFields(texts({ iou: '0.5' }), texts({ iou: '0.5' }))).toEqual([
    { field: 'iou', expected: 'one value', received: '2 values' },
  ]);
});

test('no name of an option is a property of objects', () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    expect(invalidFields(texts({ [name]: '1' }))[0]?.expected).toBe(`a known option (${OPTION_NAMES.join(', ')})`);
  }
});

test('a received value is short, printable and quoted', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.jsonValue()), (value) => {
      expect(shown(value)).toMatch(/^"([\x20-\x7e]{0,80}|[\x20-\x7e]{79}…)"$/);
    }),
  );
  expect(shown('a'.repeat(81))).toBe(`"${'a'.repeat(79)}…"`);
  expect(shown(undefined)).toBe('"undefined"');
});
