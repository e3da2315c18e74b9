import type { CloudFormationCustomResourceEvent } from 'aws-lambda';

/** What CloudFormation receives: values for the template, or the reason of a failure. */
export type CustomResourceOutcome = { readonly data: Readonly<Record<string, string>> } | { readonly failure: string };

/**
 * Sends the result of a custom resource's request to CloudFormation. Because a deployment without a response waits for
 * an hour, every request gets one.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 * @throws TypeError when the address cannot be reached
 */
export async function respond(event: CloudFormationCustomResourceEvent, outcome: CustomResourceOutcome): Promise<void> {
  const failed = 'failure' in outcome;
  const body = JSON.stringify({
    Status: failed ? 'FAILED' : 'SUCCESS',
    Reason: failed ? outcome.failure : 'done',
    PhysicalResourceId: 'PhysicalResourceId' in event ? event.PhysicalResourceId : event.LogicalResourceId,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    ...(failed ? {} : { Data: outcome.data }),
  });
  // The address is signed for an empty content type.
  const answer = await fetch(event.ResponseURL, { method: 'PUT', body, headers: { 'content-type': '' } });
  if (!answer.ok)
    throw new TypeError(`Expected CloudFormation to accept the response, received status ${answer.status}`);
}
