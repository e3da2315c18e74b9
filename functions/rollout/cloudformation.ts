import type { CloudFormationCustomResourceEvent } from 'aws-lambda';

/**
 * Tells CloudFormation how a custom resource's request ended. Without an answer a deployment waits for an hour, so this is
 * called whatever happened.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 * @throws TypeError when the address cannot be reached
 */
export async function respond(
  event: CloudFormationCustomResourceEvent,
  outcome: { readonly data: Readonly<Record<string, string>> } | { readonly failure: string },
): Promise<void> {
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
  if (!answer.ok) throw new TypeError(`Expected CloudFormation to take the answer, received status ${answer.status}`);
}
