/** Templates' intrinsic functions, and the order in which resources are made. */

import { inOrder } from '../../../local/cloudformation/assembly.ts';
import { holds, mentions, NO_VALUE, resolve, type Scope } from '../../../local/cloudformation/intrinsics.ts';

const SCOPE: Scope = {
  template: {
    Conditions: { Yes: { 'Fn::Equals': ['a', 'a'] }, No: { 'Fn::Not': [{ Condition: 'Yes' }] } },
    Mappings: { Regions: { east: { size: 3 } } },
  },
  ref: (name) => (name === 'AWS::NoValue' ? NO_VALUE : `ref:${name}`),
  getAtt: (id, attribute) => `${id}.${attribute}`,
  importValue: (name) => `import:${name}`,
  stackOutput: (stack, output) => `${stack}/${output}`,
};

test.each([
  [{ Ref: 'A' }, 'ref:A'],
  [{ 'Fn::GetAtt': ['A', 'Arn'] }, 'A.Arn'],
  [{ 'Fn::GetAtt': 'A.Nested.Arn' }, 'A.Nested.Arn'],
  [{ 'Fn::Join': ['-', ['a', { Ref: 'B' }]] }, 'a-ref:B'],
  [{ 'Fn::Sub': 'x-$' + '{A}-$' + '{B.Arn}-$' + '{!literal}' }, 'x-ref:A-B.Arn-$' + '{literal}'],
  [{ 'Fn::Sub': ['$' + '{own}/$' + '{A}', { own: { Ref: 'C' } }] }, 'ref:C/ref:A'],
  [{ 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
  [{ 'Fn::If': ['Yes', 1, 2] }, 1],
  [{ 'Fn::If': ['No', 1, { Ref: 'B' }] }, 'ref:B'],
  [{ 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, false],
  [{ 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] }, true],
  [{ 'Fn::FindInMap': ['Regions', 'east', 'size'] }, 3],
  [{ 'Fn::Base64': 'hi' }, 'aGk='],
  [{ 'Fn::ImportValue': { 'Fn::Join': ['', ['a', 'b']] } }, 'import:ab'],
  [{ 'Fn::GetStackOutput': { StackName: 'S', OutputName: 'O', Region: { Ref: 'AWS::Region' } } }, 'S/O'],
  [
    { a: [{ b: { Ref: 'A' } }], c: null },
    { a: [{ b: 'ref:A' }], c: null },
  ],
  [
    { keep: 1, drop: { Ref: 'AWS::NoValue' }, list: [1, { Ref: 'AWS::NoValue' }] },
    { keep: 1, list: [1] },
  ],
])('%j is %j', (value, expected) => {
  expect(resolve(value, SCOPE)).toEqual(expected);
});

test('a function that is not played is refused by name, wherever it is', () => {
  expect(() => resolve({ a: [{ 'Fn::Transform': {} }] }, SCOPE)).toThrow(/^Fn::Transform \(template\) is not played/);
});

test('a condition that does not hold is false, and without a condition all holds', () => {
  expect([holds('Yes', SCOPE), holds('No', SCOPE), holds(undefined, SCOPE)]).toEqual([true, false, true]);
});

test('resources that a value mentions are found in every form', () => {
  const value = {
    a: { Ref: 'A' },
    b: [{ 'Fn::GetAtt': ['B', 'Arn'] }],
    c: { 'Fn::Sub': '$' + '{C.Name}/$' + '{D}' },
    e: { 'Fn::GetAtt': 'E.Arn' },
  };
  expect(mentions(value).sort()).toEqual(['A', 'B', 'C', 'D', 'E']);
});

test('everything comes after what it depends on, and a circle is told', () => {
  const dependencies: Record<string, string[]> = { a: ['b', 'outside'], b: ['c'], c: [] };
  expect(inOrder(['a', 'b', 'c'], (id) => dependencies[id] ?? [])).toEqual(['c', 'b', 'a']);
  expect(() => inOrder(['a', 'b'], (id) => (id === 'a' ? ['b'] : ['a']))).toThrow('a → b → a');
});
