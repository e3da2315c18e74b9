/** All resource types and services that the emulator supports. */

import { ssmApi, stsApi } from './cloudformation/account-api.ts';
import { cloudFormationApi } from './cloudformation/api.ts';
import type { CustomResources } from './cloudformation/custom-resources.ts';
import { DEPLOY_SERVICE, deployApi } from './cloudformation/deploy-api.ts';
import type { Deployment } from './cloudformation/deployment.ts';
import type { ResourceType, TypeOf } from './cloudformation/resource-type.ts';
import { inertResources } from './cloudformation/resources.ts';
import { cloudWatchApi } from './cloudwatch/api.ts';
import type { Metrics } from './cloudwatch/metrics.ts';
import { eventsApi } from './events/api.ts';
import type { EventBuses } from './events/bus.ts';
import { eventsResources } from './events/resources.ts';
import type { HttpApis } from './http-api/apis.ts';
import { httpApiResources } from './http-api/resources.ts';
import { lambdaApi } from './lambda/api.ts';
import type { FreshRoles } from './lambda/fresh-roles.ts';
import type { Lambda } from './lambda/invoker.ts';
import { lambdaCallOf } from './lambda/operation.ts';
import { lambdaResources } from './lambda/resources.ts';
import { jsonOperationOf } from './protocol/json-service.ts';
import { queryOperationOf } from './protocol/query-service.ts';
import type { Service, ServiceRequest } from './protocol/service.ts';
import type { Announcements } from './s3/announcements.ts';
import type { S3Api } from './s3/api.ts';
import type { Objects } from './s3/objects.ts';
import { s3Resources } from './s3/resources.ts';
import { snsApi } from './sns/api.ts';
import { snsResources } from './sns/resources.ts';
import type { Topics } from './sns/topics.ts';
import { sqsApi } from './sqs/api.ts';
import { type QueueServices, sqsResources } from './sqs/resources.ts';
import { statesApi } from './states/api.ts';
import type { StateMachines } from './states/executions.ts';
import { statesResources } from './states/resources.ts';
import type { Database } from './storage/database.ts';

/** The services in which resources are created. */
export interface Services extends QueueServices {
  readonly lambda: Lambda;
  readonly objects: Objects;
  readonly announcements: Announcements;
  readonly bus: EventBuses;
  readonly topics: Topics;
  readonly apis: HttpApis;
  readonly machines: StateMachines;
  readonly customResources: CustomResources;
  readonly freshRoles: FreshRoles;
  readonly database: Pick<Database, 'table'>;
}

/** Finds the emulation of a resource type. */
export function resourceTypes(services: Services): TypeOf {
  const names = (kind: string) => services.database.table<number>(`names_of_${kind}`);
  const functions = lambdaResources(services.lambda.functions, names('functions'));
  const types: Readonly<Record<string, ResourceType>> = {
    ...services.freshRoles.observe({ ...inertResources(), ...functions }),
    ...httpApiResources(services.apis),
    ...s3Resources(services.objects, services.announcements, names('buckets')),
    ...snsResources(services.topics),
    ...sqsResources(services),
    ...eventsResources(services),
    ...statesResources(services.machines, names('machines')),
    'AWS::CloudFormation::CustomResource': services.customResources,
  };
  return (type) => {
    if (type.startsWith('Custom::')) return services.customResources;
    return Object.hasOwn(types, type) ? types[type] : undefined;
  };
}

/** What the services answer from. */
export interface ApiServices
  extends Pick<
    Services,
    'bus' | 'lambda' | 'machines' | 'store' | 'clock' | 'database' | 'topics' | 'onError' | 'queues'
  > {
  readonly s3: S3Api;
  readonly metrics: Metrics;
  readonly deployment: Deployment;
  /** That deployments need. */
  readonly token: string;
}

/** The services by their names in signatures. */
export function serviceApis({
  s3,
  lambda,
  metrics,
  deployment,
  machines,
  store,
  bus,
  token,
  ...services
}: ApiServices): Record<string, Service> {
  return {
    s3: (request) => s3.serve(request),
    lambda: lambdaApi(lambda),
    monitoring: cloudWatchApi(metrics),
    cloudformation: cloudFormationApi(deployment),
    states: statesApi(machines),
    sqs: sqsApi({ store, clock: services.clock, postponed: services.queues.postponed }),
    sns: snsApi(services.topics, services.onError),
    events: eventsApi(bus),
    ssm: ssmApi(services.database.table('parameters')),
    sts: stsApi(),
    [DEPLOY_SERVICE]: deployApi(deployment, token),
  };
}

/** The operation of a request, as faults name it. */
export function operationOf(service: string, request: ServiceRequest, s3: S3Api): string | undefined {
  if (service === 's3') return s3.operationOf(request);
  if (service === 'lambda') return lambdaCallOf(request)?.operation;
  return queryOperationOf(request) ?? jsonOperationOf(request);
}
