/** Intrinsic functions of templates, and the order in which resources are created. */

import { inOrder } from '../../../local/cloudformation/assembly.ts';
import {
  NO_VALUE,
  references,
  resolve,
  type Scope,
  unsupportedFunctions,
} from '../../../local/cloudformation/intrinsics.ts';

const SCOPE: Scope = {
  ref: (name) => (name === 'AWS::NoValue' ? NO_VALUE : `ref:${name}`),
  getAtt: (id, attribute) => `${id}.${attribute}`,
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

test.each(['Fn::Transform', 'Fn::If', 'Fn::ImportValue', 'Fn::FindInMap', 'Fn::Base64'])(
  '%s is rejected by its name, at any depth',
  (name) => {
    const value = { a: [{ [name]: {} }] };
    expect(unsupportedFunctions(value)).toEqual([name]);
    expect(() => resolve(value, SCOPE)).toThrow(`${name} (template) is not supported by the emulator.`);
  },
);

test.each([
  [{ Region: 'eu-west-1' }, 'Fn::GetStackOutput from the region eu-west-1'],
  [{ RoleArn: 'arn' }, 'Fn::GetStackOutput with RoleArn'],
])('an output from elsewhere (%j) is rejected', (more, message) => {
  const value = { 'Fn::GetStackOutput': { StackName: 'S', OutputName: 'O', ...more } };
  expect(() => resolve(value, SCOPE)).toThrow(message);
});

test('references are found in every form', () => {
  const value = {
    a: { Ref: 'A' },
    b: [{ 'Fn::GetAtt': ['B', 'Arn'] }],
    c: { 'Fn::Sub': '$' + '{C.Name}/$' + '{D}' },
    e: { 'Fn::GetAtt': 'E.Arn' },
  };
  expect(references(value).sort()).toEqual(['A', 'B', 'C', 'D', 'E']);
});

test('ids are sorted after their dependencies, and a circle is an error', () => {
  const dependencies: Record<string, string[]> = { a: ['b', 'outside'], b: ['c'], c: [] };
  expect(inOrder(['a', 'b', 'c'], (id) => dependencies[id] ?? [])).toEqual(['c', 'b', 'a']);
  expect(() => inOrder(['a', 'b'], (id) => (id === 'a' ? ['b'] : ['a']))).toThrow('a → b → a');
});
