/**
 * CloudFormation's intrinsic functions, as far as the CDK writes them for the stacks of this repository.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */

import { UnsupportedError } from '../errors.ts';
import type { Resource } from './assembly.ts';

/** Values of the references in a template. */
export interface Scope {
  /** Value of a parameter, a pseudo parameter or a resource. */
  ref(name: string): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
  stackOutput(stack: string, output: string): unknown;
}

/** Value of `{ Ref: "AWS::NoValue" }`, which removes the property. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Fn = (argument: unknown, scope: Scope) => unknown;

/** Replaces all intrinsic functions in a value. @throws UnsupportedError */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((one) => resolve(one, scope)).filter((one) => one !== NO_VALUE);
  if (!isObject(value)) return value;
  const [[name, argument] = [], ...more] = Object.entries(value);
  if (name !== undefined && more.length === 0) {
    if (FUNCTIONS[name]) return FUNCTIONS[name](argument, scope);
    if (name.startsWith('Fn::')) throw new UnsupportedError(name, 'template');
  }
  const entries = Object.entries(value).map(([key, one]) => [key, resolve(one, scope)] as const);
  return Object.fromEntries(entries.filter(([, one]) => one !== NO_VALUE));
}

const FUNCTIONS: Readonly<Record<string, Fn>> = {
  Ref: (name, scope) => scope.ref(name as string),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, ...attribute] = typeof argument === 'string' ? argument.split('.') : (argument as string[]);
    return scope.getAtt(logicalId as string, attribute.join('.'));
  },
  'Fn::Join': (argument, scope) => {
    const [separator, parts] = list(argument, scope);
    return (parts as unknown[]).join(separator as string);
  },
  'Fn::Sub': substitute,
  'Fn::Select': (argument, scope) => {
    const [index, values] = list(argument, scope);
    return (values as unknown[])[Number(index)];
  },
  'Fn::Split': (argument, scope) => {
    const [separator, text] = list(argument, scope);
    return String(text).split(separator as string);
  },
  'Fn::GetStackOutput': stackOutput,
};

/** Names of the intrinsic functions in a value that are not supported. */
export function unsupportedFunctions(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(unsupportedFunctions);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, argument]) => [
    ...(name.startsWith('Fn::') && !Object.hasOwn(FUNCTIONS, name) ? [name] : []),
    ...unsupportedFunctions(argument),
  ]);
}

function list(argument: unknown, scope: Scope): unknown[] {
  return resolve(argument, scope) as unknown[];
}

function stackOutput(argument: unknown, scope: Scope): unknown {
  const { StackName, OutputName, Region, ...others } = resolve(argument, scope) as Record<string, string>;
  if (Region !== undefined && Region !== scope.ref('AWS::Region'))
    throw new UnsupportedError(`Fn::GetStackOutput from the region ${Region}`, 'template');
  const [other] = Object.keys(others);
  if (other) throw new UnsupportedError(`Fn::GetStackOutput with ${other}`, 'template');
  return scope.stackOutput(String(StackName), String(OutputName));
}

function substitute(argument: unknown, scope: Scope): string {
  const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Record<string, unknown>];
  return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal, name) => {
    if (literal) return `\${${name}}`;
    if (name in variables) return String(resolve(variables[name], scope));
    const [logicalId, ...attribute] = name.split('.');
    return String(attribute.length > 0 ? scope.getAtt(logicalId, attribute.join('.')) : scope.ref(name));
  });
}

/** Logical ids that come before a resource: those that it names in `DependsOn`, and those that it refers to. */
export function dependenciesOf({ DependsOn = [], Properties }: Resource): string[] {
  return [...[DependsOn].flat(), ...references(Properties)];
}

/** Names that a value refers to: logical ids, parameters, pseudo parameters. */
export function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, argument]) => [...referenced(name, argument), ...references(argument)]);
}

function referenced(name: string, argument: unknown): string[] {
  if (name === 'Ref') return [String(argument)];
  if (name === 'Fn::GetAtt') return [String(Array.isArray(argument) ? argument[0] : argument).split('.')[0] ?? ''];
  if (name !== 'Fn::Sub') return [];
  return [...JSON.stringify(argument).matchAll(/\$\{([^!}.]+)/g)].map(([, id]) => id ?? '');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
