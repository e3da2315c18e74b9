/**
 * CloudFormation's deployments: creates resources in the order of their dependencies, updates the changed ones, removes
 * those that left the template. Undoes a deployment that fails.
 */

import { isDeepStrictEqual } from 'node:util';
import { inOrder, type Resource, type Stack } from './assembly.ts';
import { dependenciesOf, resolve, type Scope } from './intrinsics.ts';
import type { PhysicalResource, Properties, ResourceContext, ResourceType, TypeOf } from './resource-type.ts';
import { scopeOf } from './scope.ts';
import type { Existing, Stacks } from './stacks.ts';
import { checkResolved, checkStacks } from './support.ts';
import { Turns } from './turns.ts';

/** One change of a deployment. `kept`: no longer in the template, and retained. */
export interface Change {
  readonly what: 'created' | 'updated' | 'removed' | 'kept';
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly ref: string;
  readonly properties: Properties;
  /** Only of a resource that was created or updated. */
  readonly attributes?: PhysicalResource['attributes'];
}

/** A stack as CloudFormation describes it. */
export interface DeployedStack {
  readonly status: string;
  readonly outputs: ReadonlyMap<string, unknown>;
}

/** A resource that this deployment has created or updated. */
interface Applied {
  readonly logicalId: string;
  /** As it was before; absent: created. */
  readonly before?: Existing;
}

/** The deployed stacks. */
export class Deployment {
  private readonly typeOf: TypeOf;
  /** Because concurrent deployments would undo each other's changes. */
  private readonly turns = new Turns();
  private readonly state: Stacks;

  /** @param state the deployed stacks */
  constructor(typeOf: TypeOf, state: Stacks) {
    this.typeOf = typeOf;
    this.state = state;
  }

  /** Brings the stored stacks back after a restart. @throws RestoreError */
  restore(): Promise<void> {
    return this.turns.take(() => this.state.restore(this.typeOf));
  }

  /**
   * Deploys the stacks. Others stay as they are, as with `cdk deploy`. Returns the changes.
   * @throws UnsupportedError before the first change, where the templates alone show it
   */
  apply(stacks: readonly Stack[]): Promise<Change[]> {
    return this.turns.take(() => {
      checkStacks(stacks, this.typeOf);
      return this.applyAll(stacks);
    });
  }

  /** Deletes a stack with the resources that it does not retain. Deletes nothing where there is no such stack. */
  delete(stack: string): Promise<Change[]> {
    return this.turns.take(async () => {
      const changes = await this.removeAll(stack, [...this.state.resources(stack).keys()]);
      this.state.delete(stack);
      return changes;
    });
  }

  isProtected(stack: string): boolean {
    return this.state.record(stack).isProtected ?? false;
  }

  /** Sets the termination protection of a stack. */
  protect(stack: string, isProtected: boolean): void {
    this.state.change(stack, { isProtected });
  }

  /** Deploys stacks at the same time that do not depend on each other. */
  private async applyAll(stacks: readonly Stack[]): Promise<Change[]> {
    const done = new Map<string, Promise<Change[]>>();
    for (const stack of stacks) {
      const first = Promise.all(stack.dependencies.map((name) => done.get(name)));
      done.set(
        stack.name,
        first.then(() => this.tracked(stack)),
      );
    }
    return (await Promise.all(done.values())).flat();
  }

  /** Value of an output. @throws Error for an unknown stack or output */
  output(stack: string, name: string): unknown {
    const value = this.state.record(stack).outputs?.[name];
    if (value === undefined)
      throw new Error(`Expected an output of the stack ${stack} for OutputName, received ${name}`);
    return value;
  }

  /** All stacks by name. One whose creation failed stays, without outputs. */
  stacks(): ReadonlyMap<string, DeployedStack> {
    const described = this.state.names().map((name) => {
      const { status = '', outputs = {} } = this.state.record(name);
      return [name, { status, outputs: new Map(Object.entries(outputs)) }] as const;
    });
    return new Map(described);
  }

  /** A resource of a stack by its logical id. */
  resource(stack: string, logicalId: string): { readonly type: string; readonly ref: string } | undefined {
    return this.state.resources(stack).get(logicalId);
  }

  /** Applies a stack. Without a change its status stays, too. */
  private async tracked(stack: Stack): Promise<Change[]> {
    const { status: before } = this.state.record(stack.name);
    const isNew = before === undefined || before === 'ROLLBACK_COMPLETE';
    const become = (status: string) => this.state.change(stack.name, { status });
    become(isNew ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS');
    this.protect(stack.name, stack.terminationProtection ?? false);
    try {
      const changes = await this.applyStack(stack);
      if (isNew) become('CREATE_COMPLETE');
      else become(changes.length > 0 ? 'UPDATE_COMPLETE' : before);
      return changes;
    } catch (error) {
      become(isNew ? 'ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE');
      throw error;
    }
  }

  private async applyStack(stack: Stack): Promise<Change[]> {
    const { Resources = {} } = stack.template;
    const scope = this.scope(stack);
    const logicalIds = Object.keys(Resources);
    const ids = inOrder(logicalIds, (id) => dependenciesOf(Resources[id] as Resource));
    const changes: Change[] = [];
    const applied: Applied[] = [];
    try {
      for (const id of ids) changes.push(...(await this.applyResource(stack, id, { scope, applied })));
      this.publishOutputs(stack, scope);
    } catch (error) {
      const failures = await this.undo(stack.name, applied.toReversed());
      if (failures.length === 0) throw error;
      throw new Error([(error as Error).message, ...failures].join('; '), { cause: error });
    }
    const removed = [...this.state.resources(stack.name).keys()].filter((id) => !logicalIds.includes(id));
    changes.push(...(await this.removeAll(stack.name, removed)));
    return changes;
  }

  /**
   * Gives the updated resources their former properties, then removes the created ones. The resource that failed stays
   * as it is. @returns what could not be undone
   */
  private async undo(stack: string, applied: readonly Applied[]): Promise<string[]> {
    const failures: string[] = [];
    const attempt = async (logicalId: string, step: () => unknown) => {
      try {
        await step();
      } catch (error) {
        failures.push(`${stack}/${logicalId} could not be undone: ${(error as Error).message}`);
      }
    };
    const resources = this.state.resources(stack);
    for (const { logicalId, before } of applied) {
      if (!before) continue;
      await attempt(logicalId, async () => {
        const context = { ...before.context, previous: resources.get(logicalId) as Existing };
        const physical = await (this.typeOf(before.type) as ResourceType).apply(before.properties, context);
        this.state.putResource({ ...before, ...physical });
      });
    }
    for (const { logicalId } of applied.filter(({ before }) => !before)) {
      const created = resources.get(logicalId) as Existing;
      this.state.deleteResource(stack, logicalId);
      if (created.retainedOnFailure) continue;
      await attempt(logicalId, () => this.typeOf(created.type)?.remove?.(created, created.context));
    }
    return failures;
  }

  private async applyResource(
    stack: Stack,
    logicalId: string,
    { scope, applied }: { readonly scope: Scope; readonly applied: Applied[] },
  ): Promise<Change[]> {
    const { Resources = {} } = stack.template;
    const { Type: type, Properties = {}, DeletionPolicy } = Resources[logicalId] as Resource;
    const properties = resolve(Properties, scope) as Properties;
    const previous = this.state.resources(stack.name).get(logicalId);
    if (previous && isDeepStrictEqual(previous.properties, properties)) return [];
    const context: ResourceContext = { stack, logicalId, type, ...(previous ? { previous } : {}) };
    const resourceType = this.typeOf(type) as ResourceType;
    checkResolved(resourceType, properties, context);
    const physical = await resourceType.apply(properties, context);
    this.state.putResource({
      ...physical,
      type,
      properties,
      context,
      retained: DeletionPolicy?.startsWith('Retain') ?? false,
      retainedOnFailure: DeletionPolicy === 'Retain',
    });
    applied.push({ logicalId, ...(previous ? { before: previous } : {}) });
    return [{ what: previous ? 'updated' : 'created', stack: stack.name, logicalId, type, properties, ...physical }];
  }

  /** Removes in the opposite order of creation. */
  private async removeAll(stack: string, ids: readonly string[]): Promise<Change[]> {
    const changes: Change[] = [];
    for (const logicalId of ids.toReversed()) {
      const resource = this.state.resources(stack).get(logicalId) as Existing;
      this.state.deleteResource(stack, logicalId);
      if (!resource.retained) await this.typeOf(resource.type)?.remove?.(resource, resource.context);
      const { type, ref, properties } = resource;
      changes.push({ what: resource.retained ? 'kept' : 'removed', stack, logicalId, type, ref, properties });
    }
    return changes;
  }

  private publishOutputs(stack: Stack, scope: Scope): void {
    const outputs = new Map<string, unknown>();
    for (const [name, { Value }] of Object.entries(stack.template.Outputs ?? {}))
      outputs.set(name, resolve(Value, scope));
    this.state.change(stack.name, { outputs: Object.fromEntries(outputs) });
  }

  private scope(stack: Stack): Scope {
    return scopeOf(stack, {
      resource: (id) => this.state.resources(stack.name).get(id),
      output: (name, output) => this.output(name, output),
    });
  }
}
