/** Values of the references in a template while its stack is deployed. */

import { ACCOUNT, REGION } from '../account.ts';
import { UnsupportedError } from '../errors.ts';
import type { Stack } from './assembly.ts';
import { NO_VALUE, type Scope } from './intrinsics.ts';
import type { PhysicalResource } from './resource-type.ts';

/** Everything deployed so far. */
export interface DeployedValues {
  /** A resource of the same stack. */
  resource(logicalId: string): (PhysicalResource & { readonly type: string }) | undefined;
  output(stack: string, name: string): unknown;
}

const PSEUDO: Readonly<Record<string, unknown>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::NoValue': NO_VALUE,
  'AWS::NotificationARNs': [],
};

/** The scope of a stack. Its methods throw an Error that names an unknown resource, parameter or attribute. */
export function scopeOf(stack: Stack, deployed: DeployedValues): Scope {
  const resource = (id: string) => {
    const found = deployed.resource(id);
    if (!found)
      throw new Error(`Expected a resource or parameter of the stack ${stack.name} for the reference, received ${id}`);
    return found;
  };
  return {
    ref: (name) => {
      if (name in PSEUDO) return PSEUDO[name];
      if (name === 'AWS::StackName') return stack.name;
      if (name === 'AWS::StackId') return stackId(stack.name);
      return stack.template.Parameters?.[name] ? parameter(stack, name) : resource(name).ref;
    },
    getAtt: (id, attribute) => {
      const { attributes, type } = resource(id);
      if (attribute in attributes) return attributes[attribute];
      throw new UnsupportedError(`The attribute ${attribute} of ${type}`, `${stack.name}/${id}`);
    },
    stackOutput: (name, output) => deployed.output(name, output),
  };
}

/** Parameters have their defaults: nothing passes other values. */
function parameter(stack: Stack, name: string): unknown {
  const { Type = 'String', Default } = stack.template.Parameters?.[name] ?? {};
  if (Type.startsWith('AWS::SSM::') || Default === undefined)
    throw new UnsupportedError(
      `A reference to a parameter of type ${Type}${Default === undefined ? ' without a default' : ''}`,
      `${stack.name}/${name}`,
    );
  return Default;
}

/** ARN of a stack. */
export function stackId(name: string): string {
  return `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${name}/laptop`;
}
