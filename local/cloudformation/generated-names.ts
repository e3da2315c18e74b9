/** Names that CloudFormation generates. */

import type { Table } from '../storage/database.ts';
import { physicalName, type ResourceContext } from './resource-type.ts';

/** Characters that the ending of a repeated name may have: `-999`. */
const ENDING = 4;

/**
 * CloudFormation ends generated names in random characters, so a resource that is created again has another name. Here
 * only a repetition has an ending, so that names can be foreseen.
 */
export class GeneratedNames {
  private readonly length: number;
  private readonly created: Map<string, number>;
  private readonly table: Table<number> | undefined;

  /**
   * @param length most characters that the service allows
   * @param table where names are counted, so that a removed one is known after a restart. Default: nowhere
   */
  constructor(length: number, table?: Table<number>) {
    this.length = length;
    this.table = table;
    this.created = new Map(table?.entries());
  }

  /** The name of the present resource; for a new one, a name that no other has had. */
  of(context: ResourceContext): string {
    const { previous } = context;
    if (!previous) return this.next(context);
    this.note(previous.ref, context);
    return previous.ref;
  }

  /** Notes a name that exists, because earlier releases did not count names in a table. */
  note(name: string, context: Pick<ResourceContext, 'stack' | 'logicalId'>): void {
    const base = physicalName(context, this.length - ENDING);
    if (!name.toLowerCase().startsWith(base.toLowerCase())) return;
    const times = name.length === base.length ? 1 : Number(name.slice(base.length + 1)) || 1;
    if (times > (this.created.get(base) ?? 0)) this.count(base, times);
  }

  /** A name that no resource has had. */
  next(context: Pick<ResourceContext, 'stack' | 'logicalId'>): string {
    const base = physicalName(context, this.length - ENDING);
    const times = (this.created.get(base) ?? 0) + 1;
    this.count(base, times);
    return times === 1 ? base : `${base}-${times}`;
  }

  private count(base: string, times: number): void {
    this.created.set(base, times);
    this.table?.put(base, times);
  }
}
