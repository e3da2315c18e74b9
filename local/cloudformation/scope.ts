/** What references in a stack's template stand for, while it is deployed. */

import { ACCOUNT, REGION } from '../account.ts';
import type { Stack } from './assembly.ts';
import { NO_VALUE, type Scope } from './intrinsics.ts';
import type { PhysicalResource } from './resource-type.ts';

/** What there is already. */
export interface Known {
  /** A resource of the same stack. */
  resource(logicalId: string): (PhysicalResource & { readonly type: string }) | undefined;
  exported(name: string): unknown;
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

/** Asking it for what there is not throws an Error that names it. */
export function scopeOf(stack: Stack, known: Known): Scope {
  const resource = (id: string) => {
    const found = known.resource(id);
    if (!found) throw new Error(`expected a resource or parameter ${id} in the stack ${stack.name}, there is none`);
    return found;
  };
  return {
    template: stack.template,
    ref: (name) => {
      if (name in PSEUDO) return PSEUDO[name];
      if (name === 'AWS::StackName') return stack.name;
      if (name === 'AWS::StackId') return stackId(stack.name);
      const parameter = stack.template.Parameters?.[name];
      return parameter ? parameter.Default : resource(name).ref;
    },
    getAtt: (id, attribute) => {
      const { attributes, type } = resource(id);
      if (attribute in attributes) return attributes[attribute];
      throw new Error(`expected ${type} ${id} to have the attribute ${attribute}, the laptop does not know it`);
    },
    importValue: (name) => known.exported(name),
    stackOutput: (name, output) => known.output(name, output),
  };
}

export function stackId(name: string): string {
  return `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${name}/laptop`;
}
