/** Functions, layers, versions and aliases in templates. */

import { existsSync } from 'node:fs';
import { ACCOUNT, REGION } from '../account.ts';
import { GeneratedNames } from '../cloudformation/generated-names.ts';
import {
  DESCRIPTION,
  ENCRYPTION,
  emulated,
  ignored,
  matching,
  nested,
  only,
  type PropertyRules,
} from '../cloudformation/property-rules.ts';
import {
  addressOf,
  type PhysicalResource,
  type Properties,
  physicalName,
  type ResourceContext,
  type ResourceType,
} from '../cloudformation/resource-type.ts';
import { UnsupportedError } from '../errors.ts';
import type { Table } from '../storage/database.ts';
import { type FunctionConfig, LambdaError, parseReference } from './function-types.ts';
import type { Functions } from './functions.ts';

interface Code {
  readonly S3Key?: string;
}

/** Code is a folder of the assembly, found by its key. */
const CODE = nested({ S3Bucket: ignored('Assets are folders of the cloud assembly.'), S3Key: emulated });

const FUNCTION: PropertyRules = {
  FunctionName: emulated,
  Description: emulated,
  Handler: emulated,
  Runtime: matching(/^nodejs/),
  PackageType: only('Zip'),
  Code: CODE,
  Layers: emulated,
  // Functions run on this machine's processor, and so do the native packages of their layers.
  Architectures: only(process.arch === 'arm64' ? 'arm64' : 'x86_64'),
  Environment: nested({ Variables: emulated }),
  MemorySize: emulated,
  Timeout: emulated,
  ReservedConcurrentExecutions: emulated,
  Role: emulated,
  LoggingConfig: nested({ LogFormat: emulated, LogGroup: ignored('Lines go to a file for each function.') }),
  TracingConfig: ignored('The emulator collects no traces: every request is marked as not sampled.'),
  KmsKeyArn: ENCRYPTION,
  Tags: emulated,
};

const LAYER: PropertyRules = {
  LayerName: emulated,
  Content: CODE,
  CompatibleArchitectures: DESCRIPTION,
  CompatibleRuntimes: DESCRIPTION,
  Description: DESCRIPTION,
  LicenseInfo: DESCRIPTION,
};

const VERSION: PropertyRules = { FunctionName: emulated, Description: emulated };

const ALIAS: PropertyRules = {
  FunctionName: emulated,
  FunctionVersion: emulated,
  Name: emulated,
  Description: emulated,
  RoutingConfig: nested({ AdditionalVersionWeights: nested({ FunctionVersion: emulated, FunctionWeight: emulated }) }),
};

/** Resource types of Lambda's control plane. @param table where names of functions are counted */
export function lambdaResources(functions: Functions, table?: Table<number>): Record<string, ResourceType> {
  const layers = new Map<string, string>();
  const names = new GeneratedNames(64, table);
  return {
    'AWS::Lambda::LayerVersion': {
      properties: LAYER,
      apply: (properties, context) => applyLayer(layers, properties, context),
    },
    'AWS::Lambda::Function': {
      properties: FUNCTION,
      apply: (properties, context) => {
        const name = String(properties.FunctionName ?? names.of(context));
        const config = { name, ...functionConfig(properties, context, layers) };
        functions.concurrency.reserve(name, properties.ReservedConcurrentExecutions as number | undefined);
        const Arn = functions.define(config);
        functions.tag(name, tagsOf(properties));
        return { ref: name, attributes: { Arn } };
      },
      restore: ({ ReservedConcurrentExecutions }, context) => {
        const name = names.of(context);
        checkFolders(functions, name);
        functions.concurrency.reserve(name, ReservedConcurrentExecutions as number | undefined);
      },
      remove: ({ ref }) => functions.remove(ref),
    },
    'AWS::Lambda::Version': {
      properties: VERSION,
      apply: (properties) => publishVersion(functions, properties),
      restore: stored,
      remove: ({ properties, attributes }) => {
        const { name } = parseReference(String(properties.FunctionName));
        functions.removeVersion(name, String(attributes.Version));
      },
    },
    'AWS::Lambda::Alias': {
      properties: ALIAS,
      apply: (properties) => applyAlias(functions, properties),
      restore: stored,
      remove: ({ properties }) => functions.removeAlias(String(properties.FunctionName), String(properties.Name)),
    },
  };
}

/** Code and layers stay in their folders. @throws Error for a missing one */
function checkFolders(functions: Functions, name: string): void {
  for (const { version, code, layers } of functions.listVersions(name)) {
    const missing = [code, ...layers].find((folder) => !existsSync(folder));
    if (missing) throw new Error(`the code of its version ${version} in ${missing} is missing.`);
  }
}

/** `Functions` stores all of it. */
function stored(): void {}

function applyLayer(
  layers: Map<string, string>,
  { Content, LayerName }: Properties,
  context: ResourceContext,
): PhysicalResource {
  const { S3Key = '' } = Content as Code;
  const name = String(LayerName ?? physicalName(context, 64));
  // The key stands for the version number: both change with the content.
  const ref = `arn:aws:lambda:${REGION}:${ACCOUNT}:layer:${name}:${S3Key.slice(0, 8)}`;
  layers.set(ref, folderOf(Content, context));
  return { ref, attributes: { LayerVersionArn: ref } };
}

/**
 * CloudFormation fails where Lambda publishes nothing, because the resource would be another version's.
 * @see https://github.com/aws/aws-cdk/issues/28252
 */
function publishVersion(functions: Functions, { FunctionName, Description }: Properties): PhysicalResource {
  const { name } = parseReference(String(FunctionName));
  const known = new Set(functions.listVersions(name));
  const published = functions.publish(name, Description as string | undefined);
  const { version } = published;
  if (known.has(published)) {
    const message = `A version for this Lambda function exists ( ${version} ).`;
    throw new LambdaError('AlreadyExists', 409, `${message} Modify the function to create a new version.`);
  }
  return { ref: `${functions.arn(name)}:${version}`, attributes: { Version: version } };
}

function applyAlias(
  functions: Functions,
  { FunctionName, Name, FunctionVersion, Description, RoutingConfig }: Properties,
): PhysicalResource {
  const { name } = parseReference(String(FunctionName));
  const { AdditionalVersionWeights = [] } = (RoutingConfig ?? {}) as {
    AdditionalVersionWeights?: { FunctionVersion: string; FunctionWeight: number }[];
  };
  functions.setAlias(name, String(Name), {
    version: String(FunctionVersion),
    weights: Object.fromEntries(AdditionalVersionWeights.map((w) => [w.FunctionVersion, w.FunctionWeight])),
    description: (Description as string | undefined) ?? '',
  });
  return { ref: `${functions.arn(name)}:${Name}`, attributes: {} };
}

function tagsOf({ Tags = [] }: Properties): Record<string, string> {
  return Object.fromEntries((Tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));
}

function functionConfig(
  properties: Properties,
  context: ResourceContext,
  layers: ReadonlyMap<string, string>,
): Omit<FunctionConfig, 'name'> {
  const text = (name: string, otherwise = '') => String(properties[name] ?? otherwise);
  const { Variables = {} } = (properties.Environment ?? {}) as { Variables?: Record<string, unknown> };
  const { LogFormat = 'Text' } = (properties.LoggingConfig ?? {}) as { LogFormat?: 'Text' | 'JSON' };
  const [architecture = 'x86_64'] = (properties.Architectures ?? []) as string[];
  return {
    handler: text('Handler'),
    runtime: text('Runtime'),
    code: folderOf(properties.Code, context),
    codeSha256: Buffer.from((properties.Code as Code).S3Key?.split('.')[0] ?? '', 'hex').toString('base64'),
    layers: ((properties.Layers ?? []) as string[]).map((arn) => layers.get(arn) ?? missingLayer(arn, context)),
    environment: Object.fromEntries(Object.entries(Variables).map(([name, value]) => [name, String(value)])),
    memoryMb: Number(properties.MemorySize ?? 128),
    timeoutSeconds: Number(properties.Timeout ?? 3),
    architecture,
    role: text('Role'),
    description: text('Description'),
    logFormat: LogFormat,
  };
}

function folderOf(code: unknown, context: ResourceContext): string {
  const { S3Key } = code as Code;
  const folder = S3Key && context.stack.assets.get(S3Key);
  if (!folder) throw new UnsupportedError('Code that is not a folder of the cloud assembly', addressOf(context));
  return folder;
}

function missingLayer(arn: string, context: ResourceContext): never {
  throw new UnsupportedError(`The layer ${arn}, which is not part of these stacks,`, addressOf(context));
}
