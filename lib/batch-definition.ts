/** The states of a batch job in the States Language, because the CDK has no `MaxItemsPath`. */

import { BATCH_UNFINISHED } from '../functions/batch-contract.ts';

/** What a job reads its pictures from. */
export type ItemKind = 'list' | 'csv' | 'jsonl';

/** Labels of the map runs, a part of their ARNs. */
export const LABELS = { list: 'List', csv: 'Csv', jsonl: 'Jsonl' } as const;

/**
 * Bytes of a child's input. Half of AWS's limit, so that the payload with its parameters and the answer with all keys
 * stay below it, too.
 */
const MOST_INPUT_BYTES = 131_072;

/** In this order, because the first match counts. */
const RETRY = [
  // Each invocation does one picture at least, so this ends. The largest batch has 100 pictures.
  { ErrorEquals: [BATCH_UNFINISHED], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 100 },
  // About an hour, because live traffic can take all of the concurrency for a while.
  {
    ErrorEquals: ['Lambda.TooManyRequestsException'],
    IntervalSeconds: 5,
    BackoffRate: 2,
    MaxDelaySeconds: 60,
    MaxAttempts: 60,
    JitterStrategy: 'FULL',
  },
  // Errors of Lambda, of S3, and of a function that ended. Five minutes and a quarter.
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 5, BackoffRate: 2, MaxAttempts: 6 },
];

/** The Map state for one kind of items. */
export function batchDefinition(
  kind: ItemKind,
  { functionArn, bucket, partition }: Readonly<Record<'functionArn' | 'bucket' | 'partition', string>>,
): object {
  return {
    Type: 'Map',
    Label: LABELS[kind],
    ItemReader: readerOf(kind, partition),
    ItemBatcher: {
      MaxItemsPerBatchPath: '$.batch',
      MaxInputBytesPerBatch: MOST_INPUT_BYTES,
      BatchInput: { 'job.$': '$.job', 'bucket.$': '$.bucket', 'version.$': '$.version', 'annotate.$': '$.annotate' },
    },
    MaxConcurrencyPath: '$.concurrency',
    ToleratedFailurePercentagePath: '$.tolerate',
    ItemProcessor: {
      // Standard, so that a child runs once, its transitions are counted, and a redrive runs only what failed.
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: `Detect ${LABELS[kind]}`,
      States: { [`Detect ${LABELS[kind]}`]: detect(functionArn, partition) },
    },
    ResultWriter: {
      Resource: `arn:${partition}:states:::s3:putObject`,
      Parameters: { Bucket: bucket, 'Prefix.$': '$.results' },
    },
  };
}

function readerOf(kind: ItemKind, partition: string): object {
  if (kind === 'list') {
    return {
      Resource: `arn:${partition}:states:::s3:listObjectsV2`,
      ReaderConfig: { MaxItemsPath: '$.limit' },
      Parameters: { 'Bucket.$': '$.bucket', 'Prefix.$': '$.key' },
    };
  }
  const config = kind === 'csv' ? { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' } : { InputType: 'JSONL' };
  return {
    Resource: `arn:${partition}:states:::s3:getObject`,
    ReaderConfig: { ...config, MaxItemsPath: '$.limit' },
    Parameters: { 'Bucket.$': '$.bucket', 'Key.$': '$.key' },
  };
}

function detect(functionArn: string, partition: string): object {
  return {
    Type: 'Task',
    Resource: `arn:${partition}:states:::lambda:invoke`,
    Parameters: {
      FunctionName: functionArn,
      'Qualifier.$': '$.BatchInput.version',
      Payload: {
        kind: 'batch',
        'job.$': '$.BatchInput.job',
        'bucket.$': '$.BatchInput.bucket',
        'annotate.$': '$.BatchInput.annotate',
        'items.$': '$.Items',
      },
    },
    Retry: RETRY,
    OutputPath: '$.Payload',
    End: true,
  };
}
