/** The interface between a deployment and the services that create resources. */

import type { Stack } from './assembly.ts';
import type { PropertyRules } from './property-rules.ts';

/** A resource that exists. */
export interface PhysicalResource {
  /** Value of `Ref`. */
  readonly ref: string;
  /** Values of `Fn::GetAtt`. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Properties of a resource, with intrinsic functions resolved. */
export type Properties = Readonly<Record<string, unknown>>;

/** A resource as the template declares it, and its present state. */
export interface ResourceContext {
  readonly stack: Stack;
  readonly logicalId: string;
  readonly type: string;
  /** The existing resource and the properties that it was created from. */
  readonly previous?: PhysicalResource & { readonly properties: Properties };
}

/** Creates, updates and removes resources of one type. */
export interface ResourceType {
  /** Rules for the properties; others are rejected. Absent: all properties are allowed. */
  readonly properties?: PropertyRules;
  /** Creates the resource, or updates it when `previous` is set. */
  apply(properties: Properties, context: ResourceContext): PhysicalResource | Promise<PhysicalResource>;
  /**
   * Brings a resource back after a restart, where its service has not stored all of it. `context.previous` is the
   * resource. Default: `apply` with its properties.
   */
  restore?(properties: Properties, context: ResourceContext): void | Promise<void>;
  /** Absent for types without state of their own. */
  remove?(
    physical: PhysicalResource & { readonly properties: Properties },
    context: ResourceContext,
  ): void | Promise<void>;
}

/** Finds the emulation of a resource type; undefined for a type that the emulator does not support. */
export type TypeOf = (type: string) => ResourceType | undefined;

/** Stack and logical id, for messages. */
export function addressOf({ stack, logicalId }: Pick<ResourceContext, 'stack' | 'logicalId'>): string {
  return `${stack.name}/${logicalId}`;
}

/**
 * A name as CloudFormation generates it: stack and logical id.
 * @param length most characters that the service allows
 */
export function physicalName(
  { stack, logicalId }: Pick<ResourceContext, 'stack' | 'logicalId'>,
  length: number,
): string {
  const name = `${stack.name}-${logicalId}`;
  // Because a logical id ends in its hash, the end must stay.
  return name.length <= length ? name : `${name.slice(0, length - 9)}-${logicalId.slice(-8)}`;
}
