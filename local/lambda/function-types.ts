/** What Lambda's control plane talks about: functions, versions, aliases, and its errors. */

/** Everything of a function that a published version freezes. */
export interface FunctionConfig {
  readonly name: string;
  /** `index.handler` */
  readonly handler: string;
  readonly runtime: string;
  /** Folder of the code, named by its content: an asset of the cloud assembly. */
  readonly code: string;
  readonly codeSha256: string;
  /** Folders of the layers, named by their content, later ones over earlier ones. */
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

/** A name for a version, or for two between which requests are split. */
export interface Alias {
  readonly name: string;
  readonly version: string;
  /** Share of requests, 0–1, of at most one more version. */
  readonly weights: Readonly<Record<string, number>>;
  readonly description: string;
  readonly revisionId: string;
}

/** Where one invocation goes. */
export interface Destination {
  readonly version: FunctionVersion;
  /** What the caller named: version number, alias or `$LATEST`. */
  readonly qualifier: string;
  /** ARN as the caller named it, which is what the function sees as `invokedFunctionArn`. */
  readonly arn: string;
}

/** An error that Lambda's API answers with, under the name and status that AWS documents. */
export class LambdaError extends Error {
  override readonly name: string;
  readonly status: number;
  constructor(name: string, status: number, message: string) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

/** What `UpdateAlias` may change; what is absent stays. */
export interface AliasChange {
  readonly version?: string;
  readonly weights?: Readonly<Record<string, number>>;
  readonly description?: string;
  /** The change is refused unless this is the alias's current revision. */
  readonly revisionId?: string;
}

/** Splits `name`, `name:qualifier`, a partial ARN (`123456789012:function:name`) or a whole one. */
export function parseReference(reference: string): { name: string; qualifier?: string } {
  const parts = reference.split(':');
  const marker = parts.indexOf('function');
  const [name = '', qualifier] = marker >= 0 ? parts.slice(marker + 1) : parts;
  return qualifier === undefined ? { name } : { name, qualifier };
}
