/** Finds everything in a set of templates that the emulator does not support, before it creates any resource. */

import { UnsupportedError } from '../errors.ts';
import type { Resource, Stack } from './assembly.ts';
import { unsupportedFunctions } from './intrinsics.ts';
import { emulated, ignored, only, type PropertyRules, unsupportedProperties } from './property-rules.ts';
import { addressOf, type Properties, type ResourceContext, type ResourceType, type TypeOf } from './resource-type.ts';

/** `Rules` check parameters, which all have their defaults here. `Conditions`, `Mappings`, `Transform` are rejected. */
const SECTIONS: ReadonlySet<string> = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
  'Rules',
]);

/** `Properties` are checked by the rules of their type; `UpdatePolicy`, `CreationPolicy`, `Condition` are rejected. */
const ATTRIBUTES: PropertyRules = {
  Type: emulated,
  Properties: emulated,
  DependsOn: emulated,
  DeletionPolicy: only('Delete', 'Retain', 'RetainExceptOnCreate'),
  UpdateReplacePolicy: only('Delete', 'Retain'),
  Metadata: ignored('Metadata is for tools.'),
};

interface Finding {
  readonly what: string;
  readonly where: string;
}

/** @throws UnsupportedError that lists all findings of all stacks */
export function checkStacks(stacks: readonly Stack[], typeOf: TypeOf): void {
  reject(stacks.flatMap((stack) => unsupportedIn(stack, typeOf)));
}

/** Checks the values that were intrinsic functions before. @throws UnsupportedError */
export function checkResolved(type: ResourceType, properties: Properties, context: ResourceContext): void {
  const found = unsupportedProperties(type.properties ?? {}, type.properties ? properties : {});
  reject(found.map((what) => ({ what: `${what} of ${context.type}`, where: addressOf(context) })));
}

function reject([first, ...others]: readonly Finding[]): void {
  if (!first) return;
  throw new UnsupportedError(
    first.what,
    first.where,
    others.map(({ what, where }) => `${what} (${where})`),
  );
}

function unsupportedIn(stack: Stack, typeOf: TypeOf): Finding[] {
  const { Resources = {}, Outputs = {} } = stack.template;
  const sections = Object.keys(stack.template).filter((name) => !SECTIONS.has(name));
  return [
    ...sections.map((name) => ({ what: `The template section ${name}`, where: stack.name })),
    ...Object.entries(Resources).flatMap(([logicalId, resource]) =>
      unsupportedOf(resource, typeOf).map((what) => ({ what, where: addressOf({ stack, logicalId }) })),
    ),
    ...unsupportedFunctions(Outputs).map((what) => ({ what, where: `outputs of ${stack.name}` })),
    ...Object.entries(Outputs)
      .filter(([, output]) => 'Condition' in output)
      .map(([name]) => ({ what: 'A condition', where: `output ${name} of ${stack.name}` })),
  ];
}

function unsupportedOf(resource: Resource, typeOf: TypeOf): string[] {
  const { Type, Properties = {} } = resource;
  const type = typeOf(Type);
  if (!type) return [`The resource type ${Type}`];
  const attributes = unsupportedProperties(ATTRIBUTES, resource).map((what) => what.replace('property', 'attribute'));
  const properties = type.properties ? unsupportedProperties(type.properties, Properties) : [];
  return [...[...attributes, ...properties].map((what) => `${what} of ${Type}`), ...unsupportedFunctions(Properties)];
}
