/** The operations of each service that functions and commands call, by their names in AWS's API. */

/** By the name of the service as users write it. */
export const OPERATIONS = {
  s3: [
    'AbortMultipartUpload',
    'CompleteMultipartUpload',
    'CopyObject',
    'CreateMultipartUpload',
    'DeleteObject',
    'DeleteObjects',
    'GetObject',
    'HeadBucket',
    'HeadObject',
    'ListBuckets',
    'ListObjectVersions',
    'ListObjectsV2',
    'PutObject',
    'UploadPart',
  ],
  sqs: [
    'ChangeMessageVisibility',
    'DeleteMessage',
    'GetQueueAttributes',
    'GetQueueUrl',
    'ListQueues',
    'ReceiveMessage',
    'SendMessage',
    'StartMessageMoveTask',
  ],
  lambda: [
    'CreateAlias',
    'DeleteAlias',
    'DeleteFunction',
    'GetAccountSettings',
    'GetAlias',
    'GetFunctionConfiguration',
    'Invoke',
    'ListAliases',
    'ListFunctions',
    'ListTags',
    'ListVersionsByFunction',
    'UpdateAlias',
  ],
  cloudwatch: ['GetMetricData'],
  eventbridge: ['PutEvents'],
  states: [
    'DescribeExecution',
    'DescribeMapRun',
    'ListExecutions',
    'ListMapRuns',
    'RedriveExecution',
    'StartExecution',
    'StopExecution',
    'UpdateMapRun',
  ],
  cloudformation: ['DescribeStackResource', 'DescribeStacks'],
  sns: ['Publish'],
  ssm: ['GetParameter', 'PutParameter'],
  sts: ['GetCallerIdentity'],
} as const;

/** A service as users write it. */
export type ServiceName = keyof typeof OPERATIONS;

/** An operation of a service. */
export type OperationName<Name extends ServiceName = ServiceName> = (typeof OPERATIONS)[Name][number];
