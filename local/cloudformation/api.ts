/**
 * CloudFormation's API, as far as commands call it: the status and the outputs of the stacks.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */

import { element, QueryError, queryService, textElement } from '../protocol/query-service.ts';
import type { Service } from '../protocol/service.ts';
import type { DeployedStack, Deployment } from './deployment.ts';
import { stackId } from './scope.ts';

/** Answers DescribeStacks, for one stack by its name or for all. */
export function cloudFormationApi(deployment: Pick<Deployment, 'stacks'>): Service {
  const service = { service: 'CloudFormation', namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/' };
  return queryService(service, {
    DescribeStacks: {
      parameters: ['StackName'],
      answer: (parameters) => describeStacks(deployment.stacks(), parameters.get('StackName')),
    },
  });
}

/** CloudFormation reports a missing stack as a ValidationError. */
function describeStacks(all: ReadonlyMap<string, DeployedStack>, name: string | undefined): string {
  if (name !== undefined && !all.has(name)) {
    throw new QueryError('ValidationError', `Stack with id ${name} does not exist`);
  }
  const chosen = [...all].filter(([each]) => name === undefined || each === name);
  return element('Stacks', chosen.map(([each, stack]) => element('member', stackXml(each, stack))).join(''));
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
