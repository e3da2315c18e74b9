/**
 * Policies of topics and queues, as far as the stacks use them: which service may do what for which resource.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */

import { ACCOUNT } from '../account.ts';
import { UnsupportedError } from '../errors.ts';

type OneOrMore = string | readonly string[];

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal: '*' | Readonly<Record<string, OneOrMore>>;
  readonly Action: OneOrMore;
  readonly Resource: OneOrMore;
  /** Values by operator and key. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore>>>>;
}

/** A policy document. */
export interface ResourcePolicy {
  readonly Statement: readonly Statement[];
}

/** A service that acts for a resource of this account, by TLS. */
export interface ServiceCall {
  /** `s3.amazonaws.com` */
  readonly service: string;
  /** ARN of the resource for which the service acts. */
  readonly sourceArn: string;
  /** `sns:Publish` */
  readonly action: string;
  /** ARN of the resource to which the policy belongs. */
  readonly resource: string;
}

/** Values of the condition keys that are supported. */
const KEYS: Readonly<Record<string, (call: ServiceCall) => string>> = {
  'aws:SourceArn': ({ sourceArn }) => sourceArn,
  'aws:SourceAccount': () => ACCOUNT,
  'aws:SecureTransport': () => 'true',
};

/** Comparisons of a value with one pattern. In IAM, `ArnEquals` and `ArnLike` are the same. */
const OPERATORS: Readonly<Record<string, (value: string, pattern: string) => boolean>> = {
  StringEquals: (value, pattern) => value === pattern,
  StringLike: isLike,
  ArnEquals: isArnLike,
  ArnLike: isArnLike,
  Bool: (value, pattern) => value === pattern.toLowerCase(),
};

const ELEMENTS: ReadonlySet<string> = new Set(['Sid', 'Effect', 'Principal', 'Action', 'Resource', 'Condition']);

/** Whether a policy lets a service act. Without a policy only the account itself may. A denial wins. */
export function allows(policy: ResourcePolicy | undefined, call: ServiceCall): boolean {
  const effects = (policy?.Statement ?? []).filter((one) => appliesTo(one, call)).map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

/** @throws UnsupportedError for an element, an operator or a condition key that `allows` does not evaluate */
export function checkResourcePolicy({ Statement }: ResourcePolicy, where: string): void {
  const conditions = Statement.flatMap(({ Condition = {} }) => Object.entries(Condition));
  const findings = [
    ...unknown(Statement.flatMap(Object.keys), ELEMENTS, 'element'),
    ...unknown(
      conditions.map(([operator]) => operator),
      new Set(Object.keys(OPERATORS)),
      'operator',
    ),
    ...unknown(
      conditions.flatMap(([, values]) => Object.keys(values)),
      new Set(Object.keys(KEYS)),
      'condition key',
    ),
  ];
  if (findings[0]) throw new UnsupportedError(findings[0], where);
}

function unknown(names: readonly string[], known: ReadonlySet<string>, kind: string): string[] {
  return names.filter((name) => !known.has(name)).map((name) => `The ${kind} ${name} of a policy`);
}

function appliesTo({ Principal, Action, Resource, Condition = {} }: Statement, call: ServiceCall): boolean {
  return (
    (Principal === '*' || list(Principal.AWS).includes('*') || list(Principal.Service).includes(call.service)) &&
    list(Action).some((action) => isLike(call.action.toLowerCase(), action.toLowerCase())) &&
    list(Resource).some((resource) => isLike(call.resource, resource)) &&
    Object.entries(Condition).every(([operator, values]) =>
      Object.entries(values).every(([key, patterns]) => {
        const value = KEYS[key]?.(call) ?? '';
        return list(patterns).some((pattern) => OPERATORS[operator]?.(value, pattern));
      }),
    )
  );
}

/** Templates also write conditions as booleans. */
function list(values: OneOrMore | undefined): string[] {
  if (values === undefined) return [];
  return (Array.isArray(values) ? values : [values]).map(String);
}

/** Compares the six parts of two ARNs; a wildcard stays within its part. */
function isArnLike(value: string, pattern: string): boolean {
  const [values, patterns] = [partsOf(value), partsOf(pattern)];
  return patterns.length === values.length && patterns.every((part, i) => isLike(values[i] ?? '', part));
}

function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** `*` stands for any characters, `?` for one. */
function isLike(value: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(value);
}
