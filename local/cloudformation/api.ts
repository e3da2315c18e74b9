/**
 * CloudFormation's API, as far as commands call it: the outputs of the stacks. AWS's Query protocol: forms in, XML out.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */

import { UnsupportedError } from '../errors.ts';
import { escapeXml } from '../protocol/aws-error.ts';
import type { Service, ServiceResponse } from '../protocol/service.ts';
import type { Deployment } from './deployment.ts';
import { stackId } from './scope.ts';

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

/** Answers DescribeStacks, for one stack by its name or for all. */
export function cloudFormationApi(deployment: Pick<Deployment, 'stackOutputs'>): Service {
  return async ({ body }) => {
    const form = new URLSearchParams(body.toString());
    const action = form.get('Action');
    if (action !== 'DescribeStacks') throw new UnsupportedError(`The operation ${action}`, 'CloudFormation API');
    return describeStacks(deployment.stackOutputs(), form.get('StackName') ?? undefined);
  };
}

type Stacks = ReadonlyMap<string, ReadonlyMap<string, unknown>>;

function describeStacks(all: Stacks, name: string | undefined): ServiceResponse {
  if (name !== undefined && !all.has(name)) return noSuchStack(name);
  const chosen = [...all].filter(([each]) => name === undefined || each === name);
  const members = chosen.map(([each, outputs]) => element('member', stackXml(each, outputs))).join('');
  const result = element('DescribeStacksResult', element('Stacks', members));
  return xml(200, `<DescribeStacksResponse xmlns="${NAMESPACE}">${result}${METADATA}</DescribeStacksResponse>`);
}

function stackXml(name: string, outputs: ReadonlyMap<string, unknown>): string {
  const members = [...outputs].map(([key, value]) =>
    element('member', text('OutputKey', key) + text('OutputValue', String(value))),
  );
  return [
    text('StackName', name),
    text('StackId', stackId(name)),
    text('CreationTime', STARTED),
    text('StackStatus', 'CREATE_COMPLETE'),
    element('Outputs', members.join('')),
  ].join('');
}

/** CloudFormation reports it as a ValidationError. */
function noSuchStack(name: string): ServiceResponse {
  const message = `Stack with id ${name} does not exist`;
  const error = element('Error', text('Type', 'Sender') + text('Code', 'ValidationError') + text('Message', message));
  return xml(400, `<ErrorResponse xmlns="${NAMESPACE}">${error}<RequestId>laptop</RequestId></ErrorResponse>`);
}

function xml(status: number, content: string): ServiceResponse {
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${content}`,
  };
}

/** @param content XML */
function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

function text(name: string, content: string): string {
  return element(name, escapeXml(content));
}

/** Stacks live as long as the emulator. */
const STARTED = new Date().toISOString();

const METADATA = element('ResponseMetadata', text('RequestId', 'laptop'));
