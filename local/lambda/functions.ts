/** Lambda's control plane: functions with their versions and aliases. */

import { randomUUID } from 'node:crypto';
import type { Table } from '../storage/database.ts';
import { AccountConcurrency } from './concurrency.ts';
import {
  type Alias,
  type AliasChange,
  type Destination,
  type FunctionConfig,
  type FunctionRecord,
  type FunctionVersion,
  LambdaError,
  parseReference,
  recordOf,
  type StoredFunction,
  sameConfig,
  stamped,
  storedOf,
} from './function-types.ts';

const notFound = (arn: string) => new LambdaError('ResourceNotFoundException', 404, `Function not found: ${arn}`);
const invalid = (message: string) => new LambdaError('InvalidParameterValueException', 400, message);

export interface FunctionsOptions {
  /** Uniform in 0–1, chooses between the two versions of an alias. Default `Math.random` */
  readonly random?: () => number;
  /** Default: without a limit. */
  readonly concurrency?: AccountConcurrency;
  /** Where functions are stored. Default: nowhere. */
  readonly table?: Table<StoredFunction>;
}

/** All functions. Versions never change. */
export class Functions {
  private readonly records = new Map<string, FunctionRecord>();
  private readonly arnPrefix: string;
  /** Of all functions together, and what each reserves of it for all its versions. */
  readonly concurrency: AccountConcurrency;
  private readonly random: () => number;
  private readonly table: Table<StoredFunction> | undefined;

  constructor(
    arnPrefix: string,
    { random = Math.random, concurrency = new AccountConcurrency(), table }: FunctionsOptions = {},
  ) {
    this.arnPrefix = arnPrefix;
    this.concurrency = concurrency;
    this.random = random;
    this.table = table;
    for (const [name, stored] of table?.entries() ?? []) this.records.set(name, recordOf(stored));
  }

  private readonly store = (name: string) => this.table?.put(name, storedOf(this.record(name)));

  /** Folders that the code of all versions, and their layers, are in. */
  folders(): ReadonlySet<string> {
    const all = [...this.records.values()].flatMap(({ latest, versions }) => [latest, ...versions.values()]);
    return new Set(all.flatMap(({ code, layers }) => [code, ...layers]));
  }

  /** Creates the function, or updates the code and configuration of `$LATEST`. Returns its ARN. */
  define(config: FunctionConfig): string {
    const latest = stamped(config, '$LATEST');
    const known = this.records.get(config.name);
    if (known) known.latest = latest;
    else this.records.set(config.name, { latest, tags: {}, versions: new Map(), newest: 0, aliases: new Map() });
    this.store(config.name);
    return this.arn(config.name);
  }

  /** Removes the function with its versions and aliases. */
  remove(name: string): void {
    this.records.delete(name);
    this.table?.delete(name);
    this.concurrency.reserve(name, undefined);
  }

  /** Replaces the function's tags. */
  tag(name: string, tags: Readonly<Record<string, string>>): void {
    this.record(name).tags = tags;
    this.store(name);
  }

  tags(name: string): Readonly<Record<string, string>> {
    return this.record(name).tags;
  }

  /** `$LATEST` of all functions, in order of their names. */
  list(): FunctionVersion[] {
    return [...this.records.values()].map(({ latest }) => latest).toSorted((a, b) => a.name.localeCompare(b.name));
  }

  /**
   * Publishes `$LATEST`. Without a change since the newest version that exists it returns that one, as Lambda does.
   * @see https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
   */
  publish(name: string, description = ''): FunctionVersion {
    const record = this.record(name);
    const { latest, versions } = record;
    const last = [...versions.values()].at(-1);
    if (last && sameConfig(last, latest)) return last;
    const { version: _, lastModified: __, revisionId: ___, ...config } = latest;
    record.newest += 1;
    const published = stamped({ ...config, description }, String(record.newest));
    versions.set(published.version, published);
    this.store(name);
    return published;
  }

  /** @throws LambdaError where an alias refers to the version */
  removeVersion(name: string, version: string): void {
    const { versions, aliases } = this.record(name);
    const users = [...aliases.values()].filter((alias) => alias.version === version || version in alias.weights);
    if (users.length > 0) {
      const names = users.map((alias) => alias.name).join(', ');
      const message = `Version ${version} cannot be deleted because it is referenced by aliases: ${names}`;
      throw new LambdaError('ResourceConflictException', 409, message);
    }
    versions.delete(version);
    this.store(name);
  }

  /**
   * Deletes a version as DeleteFunction with a qualifier does.
   * @throws LambdaError where it does not exist, an alias refers to it, or it is no published version
   * @see https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html
   */
  deleteVersion(name: string, version: string): void {
    if (!/^\d+$/.test(version)) throw invalid(`Expected a published version for Qualifier, received "${version}"`);
    this.version(name, version);
    this.removeVersion(name, version);
  }

  /**
   * Creates an alias as CreateAlias does.
   * @throws LambdaError where it exists, its name is not one, or `change` has no version
   * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html
   */
  createAlias(name: string, alias: string, change: AliasChange): Alias {
    if (!/^(?!\d+$)[\w-]{1,128}$/.test(alias)) throw invalid(`Expected a name for Name, received "${alias}"`);
    if (change.version === undefined) throw invalid('Expected a version for FunctionVersion, received none');
    if (this.record(name).aliases.has(alias)) {
      const arn = `${this.arn(name)}:${alias}`;
      throw new LambdaError('ResourceConflictException', 409, `Alias already exists: ${arn}`);
    }
    return this.setAlias(name, alias, change);
  }

  /** Creates an alias, or updates the fields in `change`. @throws LambdaError */
  setAlias(name: string, alias: string, change: AliasChange): Alias {
    const record = this.record(name);
    const before = record.aliases.get(alias);
    if (change.revisionId !== undefined && change.revisionId !== before?.revisionId) {
      const message = 'The RevisionId provided does not match the latest RevisionId. Call GetAlias to retrieve it.';
      throw new LambdaError('PreconditionFailedException', 412, message);
    }
    const after: Alias = {
      name: alias,
      version: change.version ?? before?.version ?? '$LATEST',
      weights: change.weights ?? before?.weights ?? {},
      description: change.description ?? before?.description ?? '',
      revisionId: randomUUID(),
    };
    this.checkRouting(name, after);
    record.aliases.set(alias, after);
    this.store(name);
    return after;
  }

  private checkRouting(name: string, { version, weights }: Alias): void {
    this.version(name, version);
    const additional = Object.entries(weights);
    if (additional.length > 1) throw invalid('Number of items in AdditionalVersionWeights cannot be greater than 1');
    for (const [other, weight] of additional) {
      this.version(name, other);
      if (version === '$LATEST' || other === '$LATEST') throw invalid('$LATEST is not supported for weighted aliases');
      if (other === version)
        throw invalid(
          `Invalid function version ${other}. Function version ${other} is already included in routing configuration.`,
        );
      if (!(weight >= 0 && weight <= 1))
        throw invalid(`Weight must be between 0.0 and 1.0 (both inclusive), received ${weight}`);
    }
  }

  getAlias(name: string, alias: string): Alias {
    const found = this.record(name).aliases.get(alias);
    if (!found)
      throw new LambdaError('ResourceNotFoundException', 404, `Cannot find alias arn: ${this.arn(name)}:${alias}`);
    return found;
  }

  /** In order of their names. @param version only those that refer to it */
  listAliases(name: string, version?: string): Alias[] {
    const all = [...this.record(name).aliases.values()].toSorted((a, b) => a.name.localeCompare(b.name));
    return all.filter((alias) => version === undefined || alias.version === version || version in alias.weights);
  }

  removeAlias(name: string, alias: string): void {
    if (this.records.get(name)?.aliases.delete(alias)) this.store(name);
  }

  /** `$LATEST`, then all published versions, oldest first. */
  listVersions(name: string): FunctionVersion[] {
    const { latest, versions } = this.record(name);
    return [latest, ...versions.values()];
  }

  /** A version by its number or `$LATEST`. @throws LambdaError */
  version(name: string, version: string): FunctionVersion {
    const { latest, versions } = this.record(name);
    const found = version === '$LATEST' ? latest : versions.get(version);
    if (!found) throw notFound(`${this.arn(name)}:${version}`);
    return found;
  }

  /**
   * The version that an invocation reaches; random by weight for aliases.
   * @param reference name or ARN, with or without `:qualifier`
   * @throws LambdaError
   */
  route(reference: string, qualifier?: string): Destination {
    const target = parseReference(reference);
    const wanted = qualifier ?? target.qualifier;
    const arn = this.arn(target.name) + (wanted ? `:${wanted}` : '');
    if (wanted === undefined || wanted === '$LATEST' || /^\d+$/.test(wanted)) {
      return { version: this.version(target.name, wanted ?? '$LATEST'), qualifier: wanted ?? '$LATEST', arn };
    }
    const alias = this.record(target.name).aliases.get(wanted);
    if (!alias) throw notFound(arn);
    return { version: this.version(target.name, this.choose(alias)), qualifier: wanted, arn };
  }

  private choose({ version, weights }: Alias): string {
    const [additional] = Object.entries(weights);
    return additional && this.random() < additional[1] ? additional[0] : version;
  }

  /** The unqualified ARN of a function. */
  arn(name: string): string {
    return `${this.arnPrefix}:function:${name}`;
  }

  private record(name: string): FunctionRecord {
    const found = this.records.get(name);
    if (!found) throw notFound(this.arn(name));
    return found;
  }
}
