/** Which resource types the laptop plays, and how. */

import { ACCOUNT, type Addresses, REGION } from './account.ts';
import type { Clock } from './clock.ts';
import type { CustomResources } from './cloudformation/custom-resources.ts';
import type { ResourceType } from './cloudformation/resource-type.ts';
import { physicalName } from './cloudformation/resource-type.ts';
import { UnsupportedError } from './errors.ts';
import type { EventBus } from './events/bus.ts';
import { rule } from './events/resources.ts';
import { apiResources } from './http-api/resources.ts';
import type { HttpApi } from './http-api/server.ts';
import type { Lambda } from './lambda/invoker.ts';
import { functionResources } from './lambda/resources.ts';
import type { Objects } from './s3/objects.ts';
import { bucket } from './s3/resources.ts';
import type { QueuePoller } from './sqs/poller.ts';
import { mapping, queue } from './sqs/resources.ts';
import type { StateMachines } from './states/executions.ts';
import type { Store } from './store.ts';

/** What resources are made in. */
export interface Services {
  readonly lambda: Lambda;
  readonly store: Store;
  readonly objects: Objects;
  readonly bus: EventBus;
  readonly api: HttpApi;
  readonly machines: StateMachines;
  readonly customResources: CustomResources;
  readonly clock: Clock;
  readonly addresses: Addresses;
  readonly onError: (message: string) => void;
  /** Polls that must end with the laptop. */
  readonly pollers: Map<string, QueuePoller>;
}

/** Types that mean nothing on one machine: who may do what, what is kept how long, who is woken at night. */
const INERT = new Set([
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
]);

const inert: ResourceType = {
  apply: (_, context) => {
    const ref = physicalName(context, 64);
    const [, service = '', kind = ''] = context.type.split('::');
    const arn = `arn:aws:${service.toLowerCase()}:${REGION}:${ACCOUNT}:${kind.toLowerCase()}/${ref}`;
    return {
      ref: context.type === 'AWS::SNS::Topic' ? arn : ref,
      attributes: { Arn: arn, TopicArn: arn, TopicName: ref, RoleId: ref },
    };
  },
};

/** Finds how a type is made. The function throws `UnsupportedError` for a type that matters and is not played. */
export function resourceTypes(services: Services): (type: string) => ResourceType {
  const played: Record<string, ResourceType> = {
    ...functionResources(services.lambda.functions, `arn:aws:lambda:${REGION}:${ACCOUNT}:layer`),
    ...apiResources(services.api, services.addresses),
    'AWS::S3::Bucket': bucket(services.objects),
    'AWS::SQS::Queue': queue(services.store, services.addresses),
    'AWS::Events::Rule': rule(services.bus),
    'AWS::Lambda::EventSourceMapping': mapping(services, services.pollers),
    'AWS::StepFunctions::StateMachine': stateMachine(services.machines),
    'AWS::CloudFormation::CustomResource': services.customResources,
  };
  return (type) => {
    const custom = type.startsWith('Custom::') ? services.customResources : undefined;
    const found = played[type] ?? custom ?? (INERT.has(type) ? inert : undefined);
    if (!found) throw new UnsupportedError(`The resource type ${type}`, 'template');
    return found;
  };
}

function stateMachine(machines: StateMachines): ResourceType {
  return {
    apply: ({ DefinitionString, StateMachineName }, context) => {
      if (!DefinitionString)
        throw new UnsupportedError('A state machine without a DefinitionString', context.logicalId);
      const name = String(StateMachineName ?? physicalName(context, 80));
      const arn = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${name}`;
      machines.define(arn, String(DefinitionString));
      return { ref: arn, attributes: { Arn: arn, Name: name } };
    },
    remove: ({ ref }) => machines.remove(ref),
  };
}
