/** The rights of the operators of one endpoint, as a managed policy. */

import { CfnOutput, DefaultStackSynthesizer, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ALIAS, KEY_PREFIXES, KEYS, PROBE_ALIAS } from '../functions/contract.ts';
import { DRIFT_KEYS } from '../functions/drift-contract.ts';
import { TABLE_KEYS, TABLE_NAMES } from '../functions/tables-contract.ts';
import { operatorAuth } from './api.ts';
import { acknowledgeWildcards } from './nag.ts';
import { readPermissions } from './read-permissions.ts';
import type { Permission } from './service-function.ts';
import type { Status, StatusProps } from './status.ts';

/** Input of the operators' rights. */
export interface OperatorsProps
  extends Pick<StatusProps, 'api' | 'bucket' | 'deployment' | 'detector' | 'endpoint' | 'rollout'> {
  readonly status: Status;
}

/**
 * Exactly the rights that `npm run rollout` and `npm run doctor` need for one endpoint, and its routes under IAM; in a
 * policy of its own, what `npm run erase` and `npm run versions` need besides. Policies for each endpoint, because IAM
 * allows 6,144 characters in one.
 */
export class Operators extends Construct {
  constructor(scope: Construct, id: string, props: OperatorsProps) {
    super(scope, id);
    const { name } = props.endpoint.settings;
    const policy = managedPolicy(this, 'Policy', {
      description: `Operates the rollouts of ${name} of ${props.deployment.name}`,
      permissions: [...commandPermissions(props), ...doctorPermissions(props), ...routePermissions(props)],
    });
    const housekeeping = managedPolicy(this, 'Housekeeping', {
      description: `Erases pictures and prunes versions of ${name} of ${props.deployment.name}`,
      permissions: housekeepingPermissions(props),
    });
    acknowledgeWildcards(this, {
      allowed: (resource) =>
        /^\*$|:\*$/.test(resource) || [`/${name}/`, `=${name}/*`, PUBLIC].some((part) => resource.includes(part)),
      reason:
        `Versions of ${name}, its objects, its predictions and its executions have numbers and ids that do not exist ` +
        'yet; lists of stacks and functions, the account and its metrics have no resources to name; the public ' +
        'parameters have a name for each region.',
    });
    new CfnOutput(Stack.of(this), 'OperatorPolicy', {
      value: policy.managedPolicyArn,
      description: `Attach it to who may operate rollouts of ${name}`,
    });
    new CfnOutput(Stack.of(this), 'HousekeepingPolicy', {
      value: housekeeping.managedPolicyArn,
      description: `Attach it, with OperatorPolicy, to who may erase pictures and prune versions of ${name}`,
    });
  }
}

function managedPolicy(
  scope: Construct,
  id: string,
  { description, permissions }: { readonly description: string; readonly permissions: readonly Permission[] },
): ManagedPolicy {
  const statements = permissions.map(
    ({ actions, resources }) => new PolicyStatement({ actions: [...actions], resources: [...resources] }),
  );
  return new ManagedPolicy(scope, id, { description, statements });
}

/** For the calls in `cli/rollout/` and in the libraries that it uses. */
function commandPermissions({ bucket, detector, endpoint, rollout, status }: OperatorsProps): Permission[] {
  const { name } = endpoint.settings;
  const arn = detector.function.functionArn;
  const live = `${arn}:${ALIAS.live}`;
  const orders = endpoint.settings.drift ? [bucket.arnForObjects(DRIFT_KEYS.reference(name))] : [];
  return [
    { actions: ['cloudformation:DescribeStacks', 'lambda:ListFunctions'], resources: ['*'] },
    { actions: ['lambda:ListTags'], resources: [status.function.functionArn] },
    { actions: ['lambda:ListVersionsByFunction'], resources: [arn] },
    { actions: ['lambda:GetFunctionConfiguration'], resources: [`${arn}:*`] },
    { actions: ['lambda:GetAlias'], resources: [arn, live, `${arn}:${ALIAS.candidate}`] },
    { actions: ['lambda:UpdateAlias'], resources: [arn, live] },
    { actions: ['lambda:InvokeFunction'], resources: [rollout.function.functionArn] },
    { actions: ['states:ListExecutions'], resources: [rollout.machine.stateMachineArn] },
    { actions: ['states:DescribeExecution'], resources: [rollout.executions] },
    ...readPermissions(bucket, endpoint),
    { actions: ['s3:PutObject'], resources: [...orders, bucket.arnForObjects(`${KEYS.rollouts(name)}*`)] },
    // Also because S3 answers 403 instead of 404 for a missing object when the caller may not list.
    { actions: ['s3:ListBucket'], resources: [bucket.bucketArn] },
  ];
}

/** For the calls in `cli/erase/` and `cli/versions/` that are not among `commandPermissions`. */
function housekeepingPermissions({ bucket, detector, deployment, endpoint }: OperatorsProps): Permission[] {
  const { name } = endpoint.settings;
  const arn = detector.function.functionArn;
  return [
    { actions: ['lambda:ListAliases'], resources: [arn] },
    // Of versions only: the function itself has no qualifier.
    { actions: ['lambda:DeleteFunction'], resources: [`${arn}:*`] },
    { actions: ['s3:ListBucketVersions'], resources: [bucket.bucketArn] },
    {
      actions: ['s3:DeleteObjectVersion'],
      resources: [...KEY_PREFIXES, ...(endpoint.batch ? ['batch/'] : [])].map((prefix) =>
        bucket.arnForObjects(`${prefix}${name}/*`),
      ),
    },
    ...(deployment.tables ? tablePermissions(bucket, name) : []),
    ...(endpoint.settings.drift ? [reportPermission(bucket, name)] : []),
  ];
}

/** To delete reports that show an erased picture. */
function reportPermission(bucket: Bucket, endpoint: string): Permission {
  const report = bucket.arnForObjects(DRIFT_KEYS.report(endpoint));
  return { actions: ['s3:GetObjectVersion', 's3:DeleteObjectVersion'], resources: [report] };
}

/** To remove rows of an erased picture, and earlier versions of the files that have them. */
function tablePermissions(bucket: Bucket, endpoint: string): Permission[] {
  const files = TABLE_NAMES.map((table) => bucket.arnForObjects(`${TABLE_KEYS.ofEndpoint(table, endpoint)}*`));
  return [
    { actions: ['s3:GetObject', 's3:PutObject'], resources: [...files, bucket.arnForObjects(TABLE_KEYS.lock)] },
    { actions: ['s3:GetObjectVersion', 's3:DeleteObjectVersion'], resources: files },
  ];
}

/** Public parameters that list the services of a region. */
const PUBLIC = '/aws/service/global-infrastructure/services/';

/** For the calls in `cli/doctor/`, besides those of the other commands. */
function doctorPermissions({ api, bucket, detector, endpoint }: OperatorsProps): Permission[] {
  const { name } = endpoint.settings;
  const arn = detector.function.functionArn;
  const own = `${arn}:${PROBE_ALIAS}`;
  const stack = Stack.of(api);
  const qualifier = stack.synthesizer.bootstrapQualifier ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER;
  const parameter = (resourceName: string) => stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName });
  return [
    { actions: ['lambda:GetAccountSettings', 'cloudwatch:GetMetricData'], resources: ['*'] },
    { actions: ['lambda:CreateAlias', 'lambda:DeleteAlias'], resources: [arn, own] },
    { actions: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:InvokeFunction'], resources: [own] },
    {
      actions: ['ssm:GetParameter'],
      resources: [
        parameter(`cdk-bootstrap/${qualifier}/version`),
        `arn:${stack.partition}:ssm:us-east-1::parameter${PUBLIC}*`,
      ],
    },
    { actions: ['s3:DeleteObject'], resources: [bucket.arnForObjects(KEYS.ticketedUpload(name, '*'))] },
  ];
}

/**
 * Routes where requests are signed: those of operators, and those of callers. In as few patterns as possible, because a
 * policy has a limit of characters: what `GET` reads beside the operators' routes, callers may read, too.
 */
function routePermissions({ api, deployment, endpoint }: OperatorsProps): Permission[] {
  const { auth } = deployment.api;
  const { name } = endpoint.settings;
  const routes = [
    ...(operatorAuth(auth) === 'iam' ? [`GET/${name}/*`, `PUT/${name}/predictions/*`] : []),
    ...(auth.type === 'iam' ? [`POST/${name}`, `POST/${name}/uploads`] : []),
  ];
  if (routes.length === 0) return [];
  const arnOf = (route: string) =>
    Stack.of(api).formatArn({
      service: 'execute-api',
      resource: api.http.apiId,
      resourceName: `$default/${route}`,
    });
  return [{ actions: ['execute-api:Invoke'], resources: routes.map(arnOf) }];
}
