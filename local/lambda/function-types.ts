/** Types of Lambda's control plane: functions, versions, aliases, errors. */

import { randomUUID } from 'node:crypto';

/** Code and configuration of a function, which a published version keeps. */
export interface FunctionConfig {
  readonly name: string;
  /** `index.handler` */
  readonly handler: string;
  readonly runtime: string;
  /** Folder of the code: an asset of the cloud assembly, named by its content. */
  readonly code: string;
  readonly codeSha256: string;
  /** Folders of the layers, named by their content. Later layers override earlier ones. */
  readonly layers: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly architecture: string;
  readonly role: string;
  readonly description: string;
  readonly logFormat: 'Text' | 'JSON';
}

/** A function's code and configuration under a version number, or `$LATEST`. */
export interface FunctionVersion extends FunctionConfig {
  readonly version: string;
  /** ISO 8601 */
  readonly lastModified: string;
  readonly revisionId: string;
}

/** A name for one version, or for two that share the invocations. */
export interface Alias {
  readonly name: string;
  readonly version: string;
  /** Share of invocations, 0–1, of at most one more version. */
  readonly weights: Readonly<Record<string, number>>;
  readonly description: string;
  readonly revisionId: string;
}

/** A function with its versions and aliases. */
export interface FunctionRecord {
  latest: FunctionVersion;
  /** Not part of a version. */
  tags: Readonly<Record<string, string>>;
  /** By number, oldest first. */
  readonly versions: Map<string, FunctionVersion>;
  /** Number of the newest version ever published. Because Lambda assigns no number twice, removed ones count. */
  newest: number;
  readonly aliases: Map<string, Alias>;
}

/** The same as JSON. */
export interface StoredFunction extends Omit<FunctionRecord, 'versions' | 'aliases'> {
  readonly versions: readonly FunctionVersion[];
  readonly aliases: readonly Alias[];
}

export function storedOf({ versions, aliases, ...record }: FunctionRecord): StoredFunction {
  return { ...record, versions: [...versions.values()], aliases: [...aliases.values()] };
}

export function recordOf({ versions, aliases, ...record }: StoredFunction): FunctionRecord {
  return {
    ...record,
    versions: new Map(versions.map((version) => [version.version, version])),
    aliases: new Map(aliases.map((alias) => [alias.name, alias])),
  };
}

/** Target of one invocation. */
export interface Destination {
  readonly version: FunctionVersion;
  /** As the caller wrote it: version number, alias or `$LATEST`. */
  readonly qualifier: string;
  /** ARN with the caller's qualifier: the function's `invokedFunctionArn`. */
  readonly arn: string;
}

/** An error of Lambda's API, with the name and status that AWS documents. */
export class LambdaError extends Error {
  override readonly name: string;
  readonly status: number;
  constructor(name: string, status: number, message: string) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

/** Fields that `UpdateAlias` changes. Absent fields stay. */
export interface AliasChange {
  readonly version?: string;
  readonly weights?: Readonly<Record<string, number>>;
  readonly description?: string;
  /** The update fails unless this is the alias's current revision. */
  readonly revisionId?: string;
}

/** A new version of a configuration. */
export function stamped(config: FunctionConfig, version: string): FunctionVersion {
  return { ...config, version, lastModified: new Date().toISOString(), revisionId: randomUUID() };
}

/** Whether code and configuration are equal. */
export function sameConfig(a: FunctionVersion, b: FunctionVersion): boolean {
  const essence = ({ version: _, lastModified: __, revisionId: ___, description: ____, ...rest }: FunctionVersion) =>
    JSON.stringify(Object.entries(rest).sort());
  return essence(a) === essence(b);
}

/** Splits `name`, `name:qualifier`, a partial ARN (`123456789012:function:name`) or a whole one. */
export function parseReference(reference: string): { name: string; qualifier?: string } {
  const parts = reference.split(':');
  const marker = parts.indexOf('function');
  const [name = '', qualifier] = marker >= 0 ? parts.slice(marker + 1) : parts;
  return qualifier === undefined ? { name } : { name, qualifier };
}
