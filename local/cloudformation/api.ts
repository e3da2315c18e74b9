/**
 * CloudFormation's API, as far as commands and operators call it.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */

import { element, QueryError, queryService, textElement } from '../protocol/query-service.ts';
import type { Service } from '../protocol/service.ts';
import type { DeployedStack, Deployment } from './deployment.ts';
import { stackId } from './scope.ts';

/** The stacks of an account. */
export type Stacks = Pick<Deployment, 'stacks' | 'resource' | 'delete' | 'isProtected' | 'protect'>;

/**
 * Answers DescribeStacks, for one stack by its name or for all, DescribeStackResource, UpdateTerminationProtection and
 * DeleteStack.
 */
export function cloudFormationApi(stacks: Stacks): Service {
  const service = { service: 'CloudFormation', namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/' };
  return queryService(service, {
    DescribeStacks: {
      parameters: ['StackName'],
      answer: (parameters) => describeStacks(stacks, parameters.get('StackName')),
    },
    DescribeStackResource: {
      parameters: ['StackName', 'LogicalResourceId'],
      answer: (parameters) =>
        describeResource(stacks, parameters.get('StackName'), parameters.get('LogicalResourceId') ?? ''),
    },
    UpdateTerminationProtection: {
      parameters: ['StackName', 'EnableTerminationProtection'],
      answer: (parameters) => {
        const name = existing(stacks, parameters.get('StackName'));
        stacks.protect(name, parameters.get('EnableTerminationProtection') === 'true');
        return textElement('StackId', stackId(name));
      },
    },
    DeleteStack: {
      parameters: ['StackName'],
      answer: (parameters) => deleteStack(stacks, parameters.get('StackName') ?? ''),
    },
  });
}

function describeStacks(stacks: Stacks, name: string | undefined): string {
  const chosen = [...stacks.stacks()].filter(([each]) => name === undefined || each === existing(stacks, name));
  const members = chosen.map(([each, stack]) => {
    const isProtected = textElement('EnableTerminationProtection', String(stacks.isProtected(each)));
    return element('member', stackXml(each, stack) + isProtected);
  });
  return element('Stacks', members.join(''));
}

/** Always CREATE_COMPLETE, where CloudFormation says UPDATE_COMPLETE of a resource that was updated. */
function describeResource(stacks: Stacks, stack: string | undefined, logicalId: string): string {
  const name = existing(stacks, stack);
  const resource = stacks.resource(name, logicalId);
  if (!resource) throw new QueryError('ValidationError', `Resource ${logicalId} does not exist for stack ${name}`);
  const fields = [
    textElement('StackName', name),
    textElement('StackId', stackId(name)),
    textElement('LogicalResourceId', logicalId),
    textElement('PhysicalResourceId', resource.ref),
    textElement('ResourceType', resource.type),
    textElement('ResourceStatus', 'CREATE_COMPLETE'),
    textElement('LastUpdatedTimestamp', STARTED),
  ];
  return element('StackResourceDetail', fields.join(''));
}

/** CloudFormation reports a missing stack as a ValidationError. */
function existing(stacks: Stacks, name = ''): string {
  if (stacks.stacks().has(name)) return name;
  throw new QueryError('ValidationError', `Stack with id ${name} does not exist`);
}

/** Answers when the stack is gone, where CloudFormation answers at once. */
async function deleteStack(stacks: Stacks, name: string): Promise<string> {
  if (stacks.isProtected(name)) {
    const message = `Stack [${name}] cannot be deleted while TerminationProtection is enabled`;
    throw new QueryError('ValidationError', message);
  }
  await stacks.delete(name);
  return '';
}

function stackXml(name: string, { status, outputs }: DeployedStack): string {
  const members = [...outputs].map(([key, value]) =>
    element('member', textElement('OutputKey', key) + textElement('OutputValue', String(value))),
  );
  return [
    textElement('StackName', name),
    textElement('StackId', stackId(name)),
    textElement('CreationTime', STARTED),
    textElement('StackStatus', status),
    element('Outputs', members.join('')),
  ].join('');
}

/** Stacks live as long as the emulator. */
const STARTED = new Date().toISOString();
