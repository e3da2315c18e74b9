/** The deployed stacks and their resources, stored with every change. */

import type { Database, Table } from '../storage/database.ts';
import type { Stack } from './assembly.ts';
import type { PhysicalResource, Properties, ResourceContext, TypeOf } from './resource-type.ts';

/** A resource that a deployment has created. */
export interface Existing extends PhysicalResource {
  readonly type: string;
  readonly properties: Properties;
  readonly context: ResourceContext;
  readonly retained: boolean;
  /** Whether it stays even where the deployment that creates it fails. */
  readonly retainedOnFailure: boolean;
}

/** A stack without its resources. */
interface StackRecord {
  readonly status?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly isProtected?: boolean;
}

interface StoredResource extends Omit<Existing, 'context'> {
  readonly stack: string;
  readonly logicalId: string;
  /** Only the assets that its properties name. */
  readonly assets: readonly (readonly [key: string, folder: string])[];
}

/** The stored stacks cannot be brought back. */
export class RestoreError extends Error {
  override readonly name = 'RestoreError';
}

export class Stacks {
  private readonly records = new Map<string, StackRecord>();
  private readonly existing = new Map<string, Map<string, Existing>>();
  private readonly stackTable: Table<StackRecord>;
  private readonly resourceTable: Table<StoredResource>;

  constructor(database: Pick<Database, 'table'>) {
    this.stackTable = database.table('stacks');
    this.resourceTable = database.table('resources');
  }

  names(): string[] {
    return [...this.records].filter(([, { status }]) => status !== undefined).map(([name]) => name);
  }

  /** Empty for an unknown stack. */
  record(name: string): StackRecord {
    return this.records.get(name) ?? {};
  }

  /** Changes the given fields. */
  change(name: string, change: StackRecord): void {
    const record = { ...this.record(name), ...change };
    this.records.set(name, record);
    this.stackTable.put(name, record);
  }

  delete(name: string): void {
    this.records.delete(name);
    this.existing.delete(name);
    this.stackTable.delete(name);
  }

  /** Of a stack, by logical id, in order of their creation. */
  resources(stack: string): ReadonlyMap<string, Existing> {
    return this.existing.get(stack) ?? new Map();
  }

  putResource({ context, ...resource }: Existing): void {
    const { stack, logicalId } = context;
    this.remember({ context, ...resource });
    const text = JSON.stringify(resource.properties);
    const assets = [...stack.assets].filter(([key]) => text.includes(key));
    this.resourceTable.put(`${stack.name}/${logicalId}`, { ...resource, stack: stack.name, logicalId, assets });
  }

  private remember(resource: Existing): void {
    const { stack, logicalId } = resource.context;
    const resources = this.existing.get(stack.name) ?? new Map<string, Existing>();
    this.existing.set(stack.name, resources.set(logicalId, resource));
  }

  deleteResource(stack: string, logicalId: string): void {
    this.existing.get(stack)?.delete(logicalId);
    this.resourceTable.delete(`${stack}/${logicalId}`);
  }

  /** Brings the stored stacks back after a restart. @throws RestoreError */
  async restore(typeOf: TypeOf): Promise<void> {
    for (const [name, record] of this.stackTable.entries()) this.records.set(name, record);
    const stored = this.resourceTable.entries().map(([, resource]) => existingOf(resource));
    for (const resource of stored) this.remember(resource);
    let failed: readonly Existing[] = stored;
    // Because an updated resource may need one that was created after it.
    for (let before = Number.POSITIVE_INFINITY; failed.length > 0; ) {
      if (failed.length === before) await restoreOne(failed[0] as Existing, typeOf);
      before = failed.length;
      failed = await restoreEach(failed, typeOf);
    }
  }
}

/** The stack in its context has no template. */
function existingOf({ stack: name, logicalId, assets, ...resource }: StoredResource): Existing {
  const stack: Stack = { name, template: {}, dependencies: [], assets: new Map(assets) };
  return { ...resource, context: { stack, logicalId, type: resource.type, previous: resource } };
}

/** @returns those that failed */
async function restoreEach(resources: readonly Existing[], typeOf: TypeOf): Promise<Existing[]> {
  const failed: Existing[] = [];
  for (const resource of resources) {
    try {
      await restoreOne(resource, typeOf);
    } catch {
      failed.push(resource);
    }
  }
  return failed;
}

/** @throws RestoreError */
async function restoreOne({ type, properties, context }: Existing, typeOf: TypeOf): Promise<void> {
  try {
    const resourceType = typeOf(type);
    if (resourceType?.restore) await resourceType.restore(properties, context);
    else await resourceType?.apply(properties, context);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new RestoreError(`${context.stack.name}/${context.logicalId} cannot be brought back: ${reason}`, { cause });
  }
}
