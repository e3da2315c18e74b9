/** Settings of templates that the emulator does not support are rejected before anything is created. */

import { checkResolved, checkStacks } from '../../local/cloudformation/support.ts';
import { EventBuses } from '../../local/events/bus.ts';
import { FreshRoles } from '../../local/lambda/fresh-roles.ts';
import { Functions } from '../../local/lambda/functions.ts';
import { resourceTypes } from '../../local/resources.ts';
import { Topics } from '../../local/sns/topics.ts';
import { Queues } from '../../local/sqs/queues.ts';
import { Database } from '../../local/storage/database.ts';
import { machinesOf } from './states/state-machines.ts';

const queues = new Queues({} as never);
const bus = new EventBuses(queues);
const topics = new Topics(queues);
const functions = new Functions('arn:aws:lambda:us-east-1:000000000000');
const machines = machinesOf({ lambda: {} as never, clock: {} as never });
const typeOf = resourceTypes({
  lambda: { functions },
  bus,
  queues,
  topics,
  machines,
  customResources: {},
  freshRoles: new FreshRoles(0),
  database: new Database(),
} as never);

const stack = (template: object) => ({ name: 'S', template, dependencies: [], assets: new Map<string, string>() });

/** Checks one resource, as a deployment does before it creates the first one. */
function check(Type: string, Properties: object, attributes: object = {}): void {
  checkStacks([stack({ Resources: { R: { Type, Properties, ...attributes } } })], typeOf);
}

const SNS = 'arn:aws:sns:us-east-1:000000000000:topic';
const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const BUS = 'arn:aws:events:us-east-1:000000000000:event-bus/other';
const SQS = 'arn:aws:sqs:us-east-1:000000000000:queue';
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:m';

/** A processor other than this machine's. */
const FOREIGN = process.arch === 'arm64' ? 'x86_64' : 'arm64';

const target = (more: object) => ({
  Targets: [
    { Id: 'a', Arn: SQS },
    { Id: 'b', Arn: SQS, ...more },
  ],
});

/** Type, properties, and the beginning of the message. */
const REJECTED: readonly (readonly [string, object, string])[] = [
  ['AWS::Events::Rule', target({ Arn: SNS }), `The value "${SNS}" of the property Targets[1].Arn`],
  ['AWS::Events::Rule', target({ Arn: BUS }), `The value "${BUS}" of the property Targets[1].Arn`],
  ['AWS::Events::Rule', target({ InputPath: '$.a[0]' }), 'The value "$.a[0]" of the property Targets[1].InputPath'],
  ['AWS::Events::Rule', target({ InputTransformer: {} }), 'The property Targets[1].InputTransformer'],
  ['AWS::Events::Rule', target({ RetryPolicy: {} }), 'The property Targets[1].RetryPolicy'],
  ['AWS::Events::Rule', target({ SqsParameters: {} }), 'The property Targets[1].SqsParameters'],
  [
    'AWS::Events::Rule',
    { ScheduleExpression: 'rate(1 hour)' },
    'The value "rate(1 hour)" of the property ScheduleExpression',
  ],
  ['AWS::Events::EventBus', { Name: 'mine', KmsKeyIdentifier: 'key' }, 'The property KmsKeyIdentifier'],
  ['AWS::Events::EventBus', { Name: 'my bus' }, 'The value "my bus" of the property Name'],
  ['AWS::Events::Rule', { State: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' }, 'The value "ENABLED_WITH'],

  ['AWS::SQS::Queue', { FifoQueue: true }, 'The value true of the property FifoQueue'],
  ['AWS::SQS::Queue', { FifoQueue: 'true' }, 'The value "true" of the property FifoQueue'],
  ['AWS::SQS::Queue', { DelaySeconds: 5 }, 'The value 5 of the property DelaySeconds'],
  ['AWS::SQS::Queue', { RedriveAllowPolicy: {} }, 'The property RedriveAllowPolicy'],
  ['AWS::SQS::Queue', { ContentBasedDeduplication: true }, 'The property ContentBasedDeduplication'],

  ['AWS::Lambda::EventSourceMapping', { FilterCriteria: {} }, 'The property FilterCriteria'],
  ['AWS::Lambda::EventSourceMapping', { EventSourceArn: 'arn:aws:kinesis:::s' }, 'The value "arn:aws:kinesis:::s"'],
  ['AWS::Lambda::EventSourceMapping', { ProvisionedPollerConfig: {} }, 'The property ProvisionedPollerConfig'],
  ['AWS::Lambda::EventSourceMapping', { FunctionResponseTypes: ['Other'] }, 'The value "Other" of the property'],
  ['AWS::Lambda::EventSourceMapping', { ScalingConfig: { MaximumConcurrency: 1 } }, 'The value 1 of the property'],
  [
    'AWS::Lambda::EventSourceMapping',
    { ScalingConfig: { MaximumConcurrency: 1001 } },
    'The value 1001 of the property',
  ],

  ['AWS::Lambda::Function', { Runtime: 'python3.14' }, 'The value "python3.14" of the property Runtime'],
  ['AWS::Lambda::Function', { PackageType: 'Image' }, 'The value "Image" of the property PackageType'],
  ['AWS::Lambda::Function', { Architectures: [FOREIGN] }, `The value "${FOREIGN}" of the property Architectures[0]`],
  ['AWS::Lambda::Function', { Code: { ImageUri: 'i' } }, 'The property Code.ImageUri'],
  ['AWS::Lambda::Function', { ImageConfig: {} }, 'The property ImageConfig'],
  ['AWS::Lambda::Function', { VpcConfig: {} }, 'The property VpcConfig'],
  ['AWS::Lambda::Function', { FileSystemConfigs: [] }, 'The property FileSystemConfigs'],
  ['AWS::Lambda::Function', { EphemeralStorage: { Size: 1024 } }, 'The property EphemeralStorage'],
  ['AWS::Lambda::Function', { DeadLetterConfig: {} }, 'The property DeadLetterConfig'],
  ['AWS::Lambda::Function', { SnapStart: { ApplyOn: 'PublishedVersions' } }, 'The property SnapStart'],
  ['AWS::Lambda::Function', { LoggingConfig: { SystemLogLevel: 'WARN' } }, 'The property LoggingConfig.SystemLogLevel'],
  ['AWS::Lambda::Version', { ProvisionedConcurrencyConfig: {} }, 'The property ProvisionedConcurrencyConfig'],
  ['AWS::Lambda::Alias', { ProvisionedConcurrencyConfig: {} }, 'The property ProvisionedConcurrencyConfig'],

  ['AWS::S3::Bucket', { VersioningConfiguration: { Status: 'Suspended' } }, 'The value "Suspended" of the property'],
  [
    'AWS::S3::Bucket',
    { NotificationConfiguration: { LambdaConfigurations: [] } },
    'The property NotificationConfiguration.LambdaConfigurations',
  ],
  [
    'AWS::S3::Bucket',
    { NotificationConfiguration: { LambdaConfigurations: [] } },
    'The property NotificationConfiguration.LambdaConfigurations',
  ],
  [
    'AWS::S3::Bucket',
    { NotificationConfiguration: { TopicConfigurations: [{ Topic: SNS, Event: 's3:ObjectRemoved:*' }] } },
    'The value "s3:ObjectRemoved:*" of the property NotificationConfiguration.TopicConfigurations[0].Event',
  ],
  [
    'AWS::S3::Bucket',
    { NotificationConfiguration: { TopicConfigurations: [{ Filter: { S3Key: { Rules: [{ Name: 'infix' }] } } }] } },
    'The value "infix" of the property NotificationConfiguration.TopicConfigurations[0].Filter.S3Key.Rules[0].Name',
  ],
  ['AWS::S3::Bucket', { ReplicationConfiguration: {} }, 'The property ReplicationConfiguration'],
  ['AWS::S3::Bucket', { WebsiteConfiguration: {} }, 'The property WebsiteConfiguration'],
  ['AWS::S3::Bucket', { ObjectLockEnabled: true }, 'The property ObjectLockEnabled'],
  [
    'AWS::S3::Bucket',
    { CorsConfiguration: { CorsRules: [{ Other: 1 }] } },
    'The property CorsConfiguration.CorsRules[0].O',
  ],

  ['AWS::SNS::Topic', { FifoTopic: true }, 'The value true of the property FifoTopic'],
  ['AWS::SNS::Topic', { Subscription: [] }, 'The property Subscription'],
  ['AWS::SNS::Subscription', { Protocol: 'lambda' }, 'The value "lambda" of the property Protocol'],
  ['AWS::SNS::Subscription', { RawMessageDelivery: false }, 'The value false of the property RawMessageDelivery'],
  ['AWS::SNS::Subscription', { FilterPolicyScope: 'MessageAttributes' }, 'The value "MessageAttributes" of the'],
  ['AWS::SNS::Subscription', { DeliveryPolicy: {} }, 'The property DeliveryPolicy'],

  ['AWS::ApiGatewayV2::Api', { ProtocolType: 'WEBSOCKET' }, 'The value "WEBSOCKET" of the property ProtocolType'],
  ['AWS::ApiGatewayV2::Api', { DisableExecuteApiEndpoint: true }, 'The property DisableExecuteApiEndpoint'],
  ['AWS::ApiGatewayV2::Api', { CorsConfiguration: { Other: [] } }, 'The property CorsConfiguration.Other'],
  ['AWS::ApiGatewayV2::Stage', { StageName: 'prod' }, 'The value "prod" of the property StageName'],
  ['AWS::ApiGatewayV2::Stage', { AutoDeploy: false }, 'The value false of the property AutoDeploy'],
  ['AWS::ApiGatewayV2::Stage', { StageVariables: {} }, 'The property StageVariables'],
  ['AWS::ApiGatewayV2::Stage', { RouteSettings: {} }, 'The property RouteSettings'],
  ['AWS::ApiGatewayV2::Integration', { IntegrationType: 'HTTP_PROXY' }, 'The value "HTTP_PROXY" of the property'],
  ['AWS::ApiGatewayV2::Integration', { PayloadFormatVersion: '1.0' }, 'The value "1.0" of the property'],
  ['AWS::ApiGatewayV2::Integration', { RequestParameters: {} }, 'The property RequestParameters'],
  ['AWS::ApiGatewayV2::Integration', { ResponseParameters: {} }, 'The property ResponseParameters'],
  ['AWS::ApiGatewayV2::Route', { AuthorizationType: 'CUSTOM' }, 'The value "CUSTOM" of the property AuthorizationType'],
  ['AWS::ApiGatewayV2::Route', { RequestParameters: {} }, 'The property RequestParameters'],
  ['AWS::ApiGatewayV2::Authorizer', { AuthorizerType: 'REQUEST' }, 'The value "REQUEST" of the property'],

  ['AWS::StepFunctions::StateMachine', { StateMachineType: 'EXPRESS' }, 'The value "EXPRESS" of the property'],
  ['AWS::StepFunctions::StateMachine', { DefinitionSubstitutions: {} }, 'The property DefinitionSubstitutions'],
  ['AWS::StepFunctions::StateMachine', { DefinitionS3Location: {} }, 'The property DefinitionS3Location'],
];

test.each(REJECTED)('%s with %j is rejected', (type, properties, message) => {
  expect(() => check(type, properties)).toThrow(message);
  expect(() => check(type, properties)).toThrow(`of ${type} (S/R) is not supported by the emulator.`);
});

test.each(['AWS::DynamoDB::Table', 'AWS::EC2::Instance', 'constructor'])('the type %s is rejected', (type) => {
  expect(() => check(type, {})).toThrow(`The resource type ${type} (S/R) is not supported by the emulator.`);
});

test.each<[object, string]>([
  [{ UpdatePolicy: {} }, 'The attribute UpdatePolicy of AWS::SQS::Queue (S/R)'],
  [{ CreationPolicy: {} }, 'The attribute CreationPolicy of AWS::SQS::Queue (S/R)'],
  [{ Condition: 'Always' }, 'The attribute Condition of AWS::SQS::Queue (S/R)'],
  [{ DeletionPolicy: 'Snapshot' }, 'The value "Snapshot" of the attribute DeletionPolicy of AWS::SQS::Queue (S/R)'],
])('the attribute %j of a resource is rejected', (attributes, message) => {
  expect(() => check('AWS::SQS::Queue', {}, attributes)).toThrow(message);
});

test.each(['Conditions', 'Mappings', 'Transform'])('the template section %s is rejected', (section) => {
  expect(() => checkStacks([stack({ [section]: {} })], typeOf)).toThrow(`The template section ${section} (S)`);
});

test('intrinsic functions that are not supported are rejected before anything is created', () => {
  expect(() => check('AWS::SQS::Queue', { QueueName: { 'Fn::If': [] } })).toThrow('Fn::If (S/R)');
  const outputs = { Outputs: { O: { Value: { 'Fn::ImportValue': 'a' } } } };
  expect(() => checkStacks([stack(outputs)], typeOf)).toThrow('Fn::ImportValue (outputs of S)');
});

test('an error lists everything that is not supported', () => {
  const properties = { FifoQueue: true, RedriveAllowPolicy: {} };
  expect(() => check('AWS::SQS::Queue', properties)).toThrow(
    `The emulator does not support these, only AWS does:
  The value true of the property FifoQueue of AWS::SQS::Queue (S/R)
  The property RedriveAllowPolicy of AWS::SQS::Queue (S/R)`,
  );
});

test('values of intrinsic functions are checked once they are resolved; absent values are no values', () => {
  const Properties = {
    FifoQueue: { Ref: 'Fifo' },
    DelaySeconds: { Ref: 'AWS::NoValue' },
    Other: { Ref: 'AWS::NoValue' },
  };
  expect(() => check('AWS::SQS::Queue', Properties)).not.toThrow();
  const type = typeOf('AWS::SQS::Queue');
  const context = { stack: stack({}), logicalId: 'R', type: 'AWS::SQS::Queue' };
  expect(() => checkResolved(type as never, { FifoQueue: true }, context)).toThrow(
    'The value true of the property FifoQueue',
  );
});

test.each<[string, object]>([
  ['AWS::SQS::Queue', { FifoQueue: false, DelaySeconds: '0', KmsMasterKeyId: 'key', Tags: [] }],
  ['AWS::Events::Rule', { EventPattern: {}, State: 'DISABLED', ...target({ DeadLetterConfig: { Arn: SQS } }) }],
  ['AWS::Lambda::Function', { Code: { S3Bucket: 'b', S3Key: 'k' }, Runtime: 'nodejs24.x', TracingConfig: {} }],
  [
    'AWS::Events::Rule',
    { ScheduleExpression: 'cron(30 0 * * ? *)', Targets: [{ Arn: MACHINE, Id: 'a', Input: '{}' }] },
  ],
  ['AWS::Events::Rule', { ScheduleExpression: 'cron(15 * * * ? *)', Targets: [{ Arn: LAMBDA, Id: 'a' }] }],
  ['AWS::Glue::Table', { DatabaseName: 'd', TableInput: {} }],
  ['AWS::Athena::NamedQuery', { Database: 'd', QueryString: 'select 1' }],
  ['AWS::IAM::Role', { Anything: {} }],
  ['AWS::KMS::Key', { KeyPolicy: {} }],
  ['Custom::Thing', { Anything: {} }],
])('%s with %j is accepted', (type, properties) => {
  expect(() => check(type, properties)).not.toThrow();
});

const context = { stack: stack({}), logicalId: 'R', type: 'T' };

test.each<[string, object]>([
  ['A rule without an EventPattern or a ScheduleExpression (S/R)', {}],
  [
    'A rule with an EventPattern and a ScheduleExpression (S/R)',
    { EventPattern: { source: ['x'] }, ScheduleExpression: 'cron(30 0 * * ? *)' },
  ],
  [
    'The target arn:aws:sqs:y of a rule of this kind (S/R)',
    { EventPattern: { source: ['x'] }, Targets: [{ Arn: 'arn:aws:sqs:y', Id: 'a', Input: '{}' }] },
  ],
  [
    `The target ${LAMBDA} of a rule of this kind (S/R)`,
    { EventPattern: { source: ['x'] }, Targets: [{ Arn: LAMBDA, Id: 'a' }] },
  ],
  [
    'The target arn:aws:sqs:x of a rule of this kind (S/R)',
    { ScheduleExpression: 'cron(30 0 * * ? *)', Targets: [{ Arn: 'arn:aws:sqs:x', Id: 'a' }] },
  ],
])('%s is rejected', (message, properties) => {
  expect(() => typeOf('AWS::Events::Rule')?.apply({ Targets: [], ...properties }, context)).toThrow(message);
});

const task = { Type: 'Task', Resource: LAMBDA, End: true };
const INVOKE = 'arn:aws:states:::lambda:invoke';
const map = {
  Type: 'Map',
  Label: 'Pictures',
  ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: { Bucket: 'photos' } },
  ItemBatcher: { MaxItemsPerBatch: 10 },
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'Task',
    States: { Task: task },
  },
  ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'photos', Prefix: 'jobs' } },
  End: true,
};
const withReader = (InputType: string, more: object = {}) => ({
  ...map,
  ItemReader: { ...map.ItemReader, Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType, ...more } },
});

test.each<[string, object]>([
  [
    'The parameter InvocationType of arn:aws:states:::lambda:invoke (Only)',
    { ...task, Resource: INVOKE, Parameters: { FunctionName: LAMBDA, InvocationType: 'Event' } },
  ],
  ['arn:aws:states:::lambda:invoke without FunctionName (Only)', { ...task, Resource: INVOKE, Parameters: {} }],
  ['The task arn:aws:states:::sqs:sendMessage (Only)', { ...task, Resource: 'arn:aws:states:::sqs:sendMessage' }],
  ['The field HeartbeatSeconds of a definition (Only)', { ...task, HeartbeatSeconds: 5 }],
  ['The field Credentials of a definition (Only)', { ...task, Credentials: {} }],
  ['The field Arguments of a definition (Only)', { ...task, Arguments: {} }],
  ['A Map of INLINE undefined children (Only)', { ...map, ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' } } }],
  ['The field ItemSelector of a definition (Only)', { ...map, ItemSelector: {} }],
  ['The field MaxItemsPerGroup of a Map (Only)', { ...map, ItemBatcher: { MaxItemsPerGroup: 2 } }],
  ['A Map without an item batcher (Only)', { ...map, ItemBatcher: undefined }],
  ['The items of MANIFEST (Only)', withReader('MANIFEST')],
  ['The CSVHeaderLocation GIVEN (Only)', withReader('CSV', { CSVHeaderLocation: 'GIVEN' })],
  ['A Map without a result writer to S3 (Only)', { ...map, ResultWriter: { WriterConfig: {} } }],
  ['The MaxConcurrencyPath $.a[0] (Only)', { ...map, MaxConcurrencyPath: '$.a[0]' }],
  ['A state of type Parallel (Only)', { Type: 'Parallel', End: true }],
  ['The field Timestamp of a definition (Only)', { Type: 'Wait', Timestamp: '2026-01-01T00:00:00Z', End: true }],
  ['The SecondsPath $[0] (Only)', { Type: 'Wait', SecondsPath: '$[0]', End: true }],
])('a state machine is rejected: %s', (message, state) => {
  const DefinitionString = JSON.stringify({ StartAt: 'Only', States: { Only: state } });
  expect(() => typeOf('AWS::StepFunctions::StateMachine')?.apply({ DefinitionString }, context)).toThrow(
    `${message} is not supported by the emulator.`,
  );
});

test('a state machine in JSONata is rejected', () => {
  const DefinitionString = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'Only', States: { Only: task } });
  expect(() => typeOf('AWS::StepFunctions::StateMachine')?.apply({ DefinitionString }, context)).toThrow(
    'The field QueryLanguage of a definition (state machine)',
  );
});
