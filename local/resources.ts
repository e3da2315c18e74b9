/** All resource types that the emulator supports. */

import type { CustomResources } from './cloudformation/custom-resources.ts';
import type { ResourceType, TypeOf } from './cloudformation/resource-type.ts';
import { inertResources } from './cloudformation/resources.ts';
import type { EventBus } from './events/bus.ts';
import { eventsResources } from './events/resources.ts';
import type { HttpApis } from './http-api/apis.ts';
import { httpApiResources } from './http-api/resources.ts';
import type { FreshRoles } from './lambda/fresh-roles.ts';
import type { Lambda } from './lambda/invoker.ts';
import { lambdaResources } from './lambda/resources.ts';
import type { Announcements } from './s3/announcements.ts';
import type { Objects } from './s3/objects.ts';
import { s3Resources } from './s3/resources.ts';
import { snsResources } from './sns/resources.ts';
import type { Topics } from './sns/topics.ts';
import { type QueueServices, sqsResources } from './sqs/resources.ts';
import type { StateMachines } from './states/executions.ts';
import { statesResources } from './states/resources.ts';

/** The services in which resources are created. */
export interface Services extends QueueServices {
  readonly lambda: Lambda;
  readonly objects: Objects;
  readonly announcements: Announcements;
  readonly bus: EventBus;
  readonly topics: Topics;
  readonly apis: HttpApis;
  readonly machines: StateMachines;
  readonly customResources: CustomResources;
  readonly freshRoles: FreshRoles;
}

/** Finds the emulation of a resource type. */
export function resourceTypes(services: Services): TypeOf {
  const types: Readonly<Record<string, ResourceType>> = {
    ...services.freshRoles.observe({ ...inertResources(), ...lambdaResources(services.lambda.functions) }),
    ...httpApiResources(services.apis),
    ...s3Resources(services.objects, services.announcements),
    ...snsResources(services.topics),
    ...sqsResources(services),
    ...eventsResources(services.bus),
    ...statesResources(services.machines),
    'AWS::CloudFormation::CustomResource': services.customResources,
  };
  return (type) => {
    if (type.startsWith('Custom::')) return services.customResources;
    return Object.hasOwn(types, type) ? types[type] : undefined;
  };
}
