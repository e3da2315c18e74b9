/** Functions, layers, versions and aliases, as templates describe them. */

import type { PhysicalResource, Properties, ResourceContext, ResourceType } from '../cloudformation/resource-type.ts';
import { physicalName } from '../cloudformation/resource-type.ts';
import { UnsupportedError } from '../errors.ts';
import type { FunctionConfig } from './function-types.ts';
import { parseReference } from './function-types.ts';
import type { Functions } from './functions.ts';

interface Code {
  readonly S3Key?: string;
}

/** Resource types of Lambda's control plane. */
export function functionResources(functions: Functions, layerArn: string): Record<string, ResourceType> {
  const layers = new Map<string, string>();
  return {
    'AWS::Lambda::LayerVersion': {
      apply: ({ Content }, context) => {
        const { S3Key = '' } = Content as Code;
        const ref = `${layerArn}:${physicalName(context, 64)}:${S3Key.slice(0, 8)}`;
        layers.set(ref, folderOf(Content, context));
        return { ref, attributes: { LayerVersionArn: ref } };
      },
    },
    'AWS::Lambda::Function': {
      apply: (properties, context) => {
        const config = functionConfig(properties, context, layers);
        const Arn = functions.define(config);
        functions.reserve(config.name, properties.ReservedConcurrentExecutions as number | undefined);
        return { ref: config.name, attributes: { Arn } };
      },
    },
    'AWS::Lambda::Version': {
      apply: ({ FunctionName, Description }) => {
        const { name } = parseReference(String(FunctionName));
        const { version } = functions.publish(name, Description as string | undefined);
        return { ref: `${functions.arn(name)}:${version}`, attributes: { Version: version } };
      },
    },
    'AWS::Lambda::Alias': {
      apply: (properties) => applyAlias(functions, properties),
      remove: ({ properties }) => functions.removeAlias(String(properties.FunctionName), String(properties.Name)),
    },
  };
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

function functionConfig(
  properties: Properties,
  context: ResourceContext,
  layers: ReadonlyMap<string, string>,
): FunctionConfig {
  const text = (name: string, otherwise = '') => String(properties[name] ?? otherwise);
  const { Variables = {} } = (properties.Environment ?? {}) as { Variables?: Record<string, unknown> };
  const { LogFormat = 'Text' } = (properties.LoggingConfig ?? {}) as { LogFormat?: 'Text' | 'JSON' };
  const [architecture = 'x86_64'] = (properties.Architectures ?? []) as string[];
  if (properties.PackageType === 'Image')
    throw new UnsupportedError('A function in a container image', context.logicalId);
  if (!text('Runtime').startsWith('nodejs'))
    throw new UnsupportedError(`The runtime ${text('Runtime')}`, context.logicalId);
  return {
    name: text('FunctionName', physicalName(context, 64)),
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

function folderOf(code: unknown, { stack, logicalId }: ResourceContext): string {
  const { S3Key } = code as Code;
  const folder = S3Key && stack.assets.get(S3Key);
  if (!folder) throw new UnsupportedError('Code that is not a folder among the assets', logicalId);
  return folder;
}

function missingLayer(arn: string, { logicalId }: ResourceContext): never {
  throw new UnsupportedError(`The layer ${arn} from outside these stacks`, logicalId);
}
