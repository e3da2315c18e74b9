/**
 * Custom resources: functions of the assembly that CloudFormation asks to make something, and that answer on an address
 * which they are given.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
 */

import { randomUUID } from 'node:crypto';
import type { Addresses } from '../account.ts';
import type { Lambda } from '../lambda/invoker.ts';
import type { PhysicalResource, Properties, ResourceContext, ResourceType } from './resource-type.ts';
import { stackId } from './scope.ts';

/** The function said no, failed, or said nothing in time. */
export class CustomResourceError extends Error {
  override readonly name = 'CustomResourceError';
  constructor({ type, logicalId }: Pick<ResourceContext, 'type' | 'logicalId'>, reason: string) {
    super(`${type} ${logicalId} failed: ${reason}`);
  }
}

/** What a function tells CloudFormation. */
interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId?: string;
  readonly Data?: Readonly<Record<string, unknown>>;
}

/** As long as CloudFormation waits without a `ServiceTimeout`, seconds. */
const DEFAULT_TIMEOUT_SECONDS = 3600;

/** Path of the front door under which answers are taken; what follows is the secret of one request. */
export const ANSWER_PATH = '/laptop/custom-resources/';

export class CustomResources implements ResourceType {
  private readonly lambda: Lambda;
  private readonly addresses: Addresses;
  private readonly waiting = new Map<string, (answer: Answer) => void>();

  constructor(lambda: Lambda, addresses: Addresses) {
    this.lambda = lambda;
    this.addresses = addresses;
  }

  async apply(properties: Properties, context: ResourceContext): Promise<PhysicalResource> {
    const { previous } = context;
    const old = previous && { PhysicalResourceId: previous.ref, OldResourceProperties: asStrings(previous.properties) };
    const answer = await this.ask(previous ? 'Update' : 'Create', properties, { context, ...(old ? { old } : {}) });
    const ref = answer.PhysicalResourceId ?? previous?.ref ?? context.logicalId;
    if (previous && previous.ref !== ref) await this.remove(previous, context);
    return { ref, attributes: answer.Data ?? {} };
  }

  async remove(
    { ref, properties }: PhysicalResource & { readonly properties: Properties },
    context: ResourceContext,
  ): Promise<void> {
    await this.ask('Delete', properties, { context, old: { PhysicalResourceId: ref } });
  }

  /** Takes an answer that came to the front door. Returns whether anybody waited for it. */
  answer(token: string, body: string): boolean {
    const take = this.waiting.get(token);
    take?.(JSON.parse(body));
    return take !== undefined;
  }

  private async ask(
    type: string,
    properties: Properties,
    { context, old = {} }: { context: ResourceContext; old?: object },
  ): Promise<Answer> {
    const token = randomUUID();
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.waiting.set(token, resolve);
    const seconds = Number(properties.ServiceTimeout ?? DEFAULT_TIMEOUT_SECONDS);
    const timer = setTimeout(() => resolve({ Status: 'FAILED', Reason: `no answer in ${seconds} s` }), seconds * 1000);
    try {
      this.invoke(type, properties, { context, token, old }).catch((error) =>
        resolve({ Status: 'FAILED', Reason: String(error) }),
      );
      const answer = await promise;
      if (answer.Status !== 'SUCCESS') throw new CustomResourceError(context, answer.Reason ?? 'no reason given');
      return answer;
    } finally {
      clearTimeout(timer);
      this.waiting.delete(token);
    }
  }

  /** CloudFormation would wait for the whole timeout when the function fails; here that is known at once. */
  private async invoke(
    type: string,
    properties: Properties,
    { context, token, old }: { context: ResourceContext; token: string; old: object },
  ): Promise<void> {
    const event = {
      RequestType: type,
      ServiceToken: properties.ServiceToken,
      ResponseURL: this.addresses.endpoint + ANSWER_PATH + token,
      StackId: stackId(context.stack.name),
      RequestId: token,
      LogicalResourceId: context.logicalId,
      ResourceType: context.type,
      ResourceProperties: asStrings(properties),
      ...old,
    };
    const report = await this.lambda.invoke(String(properties.ServiceToken), JSON.stringify(event));
    if (report.failed) throw new CustomResourceError(context, report.payload);
  }
}

/** CloudFormation hands over all simple values as texts. */
function asStrings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asStrings);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, asStrings(one)]));
}
