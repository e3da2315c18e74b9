/**
 * What the emulator does with each property of a resource. A property without a rule is rejected, so that a template
 * never sets something that has no effect.
 */

/** Rules by property name. */
export type PropertyRules = Readonly<Record<string, PropertyRule>>;

/** What happens to one property. Made by the functions below. */
export type PropertyRule =
  | { readonly kind: 'emulated' }
  | Ignored
  | { readonly kind: 'only'; readonly values: readonly unknown[] }
  | { readonly kind: 'matching'; readonly pattern: RegExp }
  | { readonly kind: 'nested'; readonly properties: PropertyRules };

/** A property without effect. */
export interface Ignored {
  readonly kind: 'ignored';
  readonly reason: string;
}

/** The property has its effect here as on AWS. */
export const emulated: PropertyRule = { kind: 'emulated' };

/** The property has no effect here. @param reason why that changes nothing that a caller can observe */
export function ignored(reason: string): Ignored {
  return { kind: 'ignored', reason };
}

/** Other values are rejected. A list may hold any of the values. */
export function only(...values: readonly unknown[]): PropertyRule {
  return { kind: 'only', values };
}

/** Other strings are rejected. */
export function matching(pattern: RegExp): PropertyRule {
  return { kind: 'matching', pattern };
}

/** An object, or a list of objects, whose properties have rules of their own. */
export function nested(properties: PropertyRules): PropertyRule {
  return { kind: 'nested', properties };
}

/** Reasons that several services share. */
export const TAGS = ignored('Tags only label a resource.');
export const DESCRIPTION = ignored('Descriptions are for readers.');
export const ENCRYPTION = ignored('Everything lives in the memory of this process.');
export const PERMISSIONS = ignored('The emulator does not check permissions; it is reachable from this machine only.');

/**
 * Properties and values that the rules do not allow, each described with its path, for example
 * `The property Targets[0].Input`. Intrinsic functions pass: check again after they are resolved.
 */
export function unsupportedProperties(rules: PropertyRules, properties: object, path = ''): string[] {
  return Object.entries(properties).flatMap(([name, value]) => {
    if (isNoValue(value)) return [];
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    return rule ? unsupportedValues(rule, value, path + name) : [`The property ${path}${name}`];
  });
}

function unsupportedValues(rule: PropertyRule, value: unknown, path: string): string[] {
  if (rule.kind === 'emulated' || rule.kind === 'ignored' || isIntrinsic(value)) return [];
  if (Array.isArray(value)) return value.flatMap((one, i) => unsupportedValues(rule, one, `${path}[${i}]`));
  if (rule.kind === 'nested') {
    if (typeof value === 'object' && value !== null) return unsupportedProperties(rule.properties, value, `${path}.`);
  } else if (allows(rule, String(value))) return [];
  return [`The value ${JSON.stringify(value)} of the property ${path}`];
}

/** Because templates also write numbers and booleans as strings, values are compared as strings. */
function allows(rule: Extract<PropertyRule, { kind: 'only' | 'matching' }>, value: string): boolean {
  return rule.kind === 'only' ? rule.values.map(String).includes(value) : rule.pattern.test(value);
}

function isNoValue(value: unknown): boolean {
  return isIntrinsic(value) && (value as { Ref?: unknown }).Ref === 'AWS::NoValue';
}

function isIntrinsic(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const [name = '', ...more] = Object.keys(value);
  return more.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
}
