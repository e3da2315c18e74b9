/**
 * CloudFormation's intrinsic functions, as CDK writes them.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */

import { UnsupportedError } from '../errors.ts';
import type { Template } from './assembly.ts';

/** What references in a template stand for. */
export interface Scope {
  readonly template: Template;
  /** Value of a parameter, a pseudo parameter or a resource. */
  ref(name: string): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
  importValue(name: string): unknown;
  stackOutput(stack: string, output: string): unknown;
}

/** `{ Ref: "AWS::NoValue" }`: the property is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Fn = (argument: unknown, scope: Scope) => unknown;

/** Replaces all intrinsic functions in a value. @throws UnsupportedError for one that is not played, by its name */
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

/** Whether a condition of the template holds. */
export function holds(condition: string | undefined, scope: Scope): boolean {
  return condition === undefined || resolve(scope.template.Conditions?.[condition], scope) === true;
}

const FUNCTIONS: Readonly<Record<string, Fn>> = {
  Ref: (name, scope) => scope.ref(name as string),
  Condition: (name, scope) => holds(name as string, scope),
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
  'Fn::If': (argument, scope) => {
    const [condition, yes, no] = argument as [string, unknown, unknown];
    return resolve(holds(condition, scope) ? yes : no, scope);
  },
  'Fn::Equals': (argument, scope) => {
    const [a, b] = list(argument, scope);
    return JSON.stringify(a) === JSON.stringify(b);
  },
  'Fn::And': (argument, scope) => list(argument, scope).every((one) => one === true),
  'Fn::Or': (argument, scope) => list(argument, scope).some((one) => one === true),
  'Fn::Not': (argument, scope) => list(argument, scope)[0] !== true,
  'Fn::Base64': (argument, scope) => Buffer.from(String(resolve(argument, scope))).toString('base64'),
  'Fn::FindInMap': (argument, scope) => {
    const [map, first, second] = list(argument, scope) as [string, string, string];
    return scope.template.Mappings?.[map]?.[first]?.[second];
  },
  'Fn::ImportValue': (name, scope) => scope.importValue(resolve(name, scope) as string),
  'Fn::GetStackOutput': (argument, scope) => {
    const { StackName, OutputName } = resolve(argument, scope) as { StackName: string; OutputName: string };
    return scope.stackOutput(StackName, OutputName);
  },
};

function list(argument: unknown, scope: Scope): unknown[] {
  return resolve(argument, scope) as unknown[];
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

/** Logical ids that a value mentions, in whatever way. */
export function mentions(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mentions);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, argument]) => [...mentioned(name, argument), ...mentions(argument)]);
}

function mentioned(name: string, argument: unknown): string[] {
  if (name === 'Ref') return [String(argument)];
  if (name === 'Fn::GetAtt') return [String(Array.isArray(argument) ? argument[0] : argument).split('.')[0] ?? ''];
  if (name !== 'Fn::Sub') return [];
  return [...JSON.stringify(argument).matchAll(/\$\{([^!}.]+)/g)].map(([, id]) => id ?? '');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
