/**
 * What CloudFormation does with templates: resources in the order of their dependencies, only the changed ones again,
 * the removed ones removed.
 */

import { isDeepStrictEqual } from 'node:util';
import { inOrder, type Resource, type Stack } from './assembly.ts';
import { holds, mentions, resolve, type Scope } from './intrinsics.ts';
import type { PhysicalResource, Properties, ResourceContext, ResourceType } from './resource-type.ts';
import { scopeOf } from './scope.ts';

/** One resource that a deployment made, changed, removed, or kept although the template no longer has it. */
export interface Change {
  readonly what: 'created' | 'updated' | 'removed' | 'kept';
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly ref: string;
  readonly properties: Properties;
}

interface Existing extends PhysicalResource {
  readonly type: string;
  readonly properties: Properties;
  readonly context: ResourceContext;
  readonly retained: boolean;
}

/** The deployed stacks. */
export class Deployment {
  private readonly typeOf: (type: string) => ResourceType;
  private readonly existing = new Map<string, Map<string, Existing>>();
  private readonly exports = new Map<string, unknown>();
  private readonly outputs = new Map<string, Map<string, unknown>>();

  /** @param typeOf throws for a type that is not played */
  constructor(typeOf: (type: string) => ResourceType) {
    this.typeOf = typeOf;
  }

  /** Makes the services what the stacks say, and tells what was done. */
  async apply(stacks: readonly Stack[]): Promise<Change[]> {
    for (const { template } of stacks)
      for (const { Type } of Object.values(template.Resources ?? {})) this.typeOf(Type);
    const changes = await this.applyAll(stacks);
    const names = new Set(stacks.map(({ name }) => name));
    for (const [name, resources] of this.existing) {
      if (!names.has(name)) changes.push(...(await this.removeAll(name, [...resources.keys()])));
    }
    return changes;
  }

  /** Stacks that do not need each other at the same time. */
  private async applyAll(stacks: readonly Stack[]): Promise<Change[]> {
    const done = new Map<string, Promise<Change[]>>();
    for (const stack of stacks) {
      const first = Promise.all(stack.dependencies.map((name) => done.get(name)));
      done.set(
        stack.name,
        first.then(() => this.applyStack(stack)),
      );
    }
    return (await Promise.all(done.values())).flat();
  }

  /** Value of an output of a stack. */
  output(stack: string, name: string): unknown {
    const value = this.outputs.get(stack)?.get(name);
    if (value === undefined) throw new Error(`expected the stack ${stack} to have the output ${name}, it has not`);
    return value;
  }

  /** All outputs, by stack. */
  stackOutputs(): ReadonlyMap<string, ReadonlyMap<string, unknown>> {
    return new Map([...this.outputs].filter(([name]) => this.resources(name).size > 0));
  }

  private async applyStack(stack: Stack): Promise<Change[]> {
    const { Resources = {} } = stack.template;
    const scope = this.scope(stack);
    const wanted = Object.keys(Resources).filter((id) => holds(Resources[id]?.Condition, scope));
    const ids = inOrder(wanted, (id) => dependenciesOf(Resources[id] as Resource));
    const changes: Change[] = [];
    for (const id of ids) changes.push(...(await this.applyResource(stack, id, scope)));
    const gone = [...this.resources(stack.name).keys()].filter((id) => !wanted.includes(id));
    changes.push(...(await this.removeAll(stack.name, gone)));
    this.publishOutputs(stack, scope);
    return changes;
  }

  private async applyResource(stack: Stack, logicalId: string, scope: Scope): Promise<Change[]> {
    const { Resources = {} } = stack.template;
    const { Type: type, Properties = {}, DeletionPolicy } = Resources[logicalId] as Resource;
    const properties = resolve(Properties, scope) as Properties;
    const resources = this.resources(stack.name);
    const previous = resources.get(logicalId);
    if (previous && isDeepStrictEqual(previous.properties, properties)) return [];
    const context: ResourceContext = { stack, logicalId, type, ...(previous ? { previous } : {}) };
    const physical = await this.typeOf(type).apply(properties, context);
    resources.set(logicalId, { ...physical, type, properties, context, retained: DeletionPolicy === 'Retain' });
    return [
      { what: previous ? 'updated' : 'created', stack: stack.name, logicalId, type, ref: physical.ref, properties },
    ];
  }

  /** In the opposite order of making. */
  private async removeAll(stack: string, ids: readonly string[]): Promise<Change[]> {
    const changes: Change[] = [];
    for (const logicalId of ids.toReversed()) {
      const resource = this.resources(stack).get(logicalId) as Existing;
      this.resources(stack).delete(logicalId);
      if (!resource.retained) await this.typeOf(resource.type).remove?.(resource, resource.context);
      const { type, ref, properties } = resource;
      changes.push({ what: resource.retained ? 'kept' : 'removed', stack, logicalId, type, ref, properties });
    }
    return changes;
  }

  private publishOutputs(stack: Stack, scope: Scope): void {
    const outputs = new Map<string, unknown>();
    for (const [name, { Value, Export, Condition }] of Object.entries(stack.template.Outputs ?? {})) {
      if (!holds(Condition, scope)) continue;
      const value = resolve(Value, scope);
      outputs.set(name, value);
      if (Export) this.exports.set(String(resolve(Export.Name, scope)), value);
    }
    this.outputs.set(stack.name, outputs);
  }

  private scope(stack: Stack): Scope {
    return scopeOf(stack, {
      resource: (id) => this.resources(stack.name).get(id),
      exported: (name) => this.exports.get(name),
      output: (name, output) => this.output(name, output),
    });
  }

  private resources(stack: string): Map<string, Existing> {
    const resources = this.existing.get(stack) ?? new Map<string, Existing>();
    this.existing.set(stack, resources);
    return resources;
  }
}

function dependenciesOf(resource: Resource): string[] {
  const explicit = typeof resource.DependsOn === 'string' ? [resource.DependsOn] : (resource.DependsOn ?? []);
  return [...explicit, ...mentions(resource.Properties)];
}
