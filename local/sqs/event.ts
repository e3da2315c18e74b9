/** Lambda's events of SQS messages, and the functions' responses to them. */

import { REGION } from '../account.ts';

/** A message as SQS delivers it. */
export interface Message {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<
    Record<string, { readonly DataType: string; readonly StringValue?: string; readonly BinaryValue?: string }>
  >;
}

export function sqsEvent(batch: readonly Message[], queueArn: string): object {
  return {
    Records: batch.map((message) => ({
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: message.Attributes ?? {},
      messageAttributes: Object.fromEntries(
        Object.entries(message.MessageAttributes ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => [
          name,
          {
            dataType: DataType,
            stringValue: StringValue,
            binaryValue: BinaryValue,
            stringListValues: [],
            binaryListValues: [],
          },
        ]),
      ),
      md5OfBody: message.MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion: REGION,
    })),
  };
}

/**
 * Ids that the function's response reports as failed. As in AWS, a malformed response fails the whole batch, and a
 * response without a list is a success.
 */
export function failedItems(payload: string, all: ReadonlySet<string>): ReadonlySet<string> {
  const answer = JSON.parse(payload);
  const failures: unknown = answer?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return all;
  const ids = failures.map((failure) => failure?.itemIdentifier);
  return ids.every((id) => all.has(id)) ? new Set(ids) : all;
}
