/**
 * Custom resources: CloudFormation invokes a function of the stacks, which sends its response to a URL in the event.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
 */

import { randomUUID } from 'node:crypto';
import type { Addresses } from '../account.ts';
import type { Clock } from '../clock.ts';
import { ThrottledError } from '../lambda/concurrency.ts';
import type { Lambda } from '../lambda/invoker.ts';
import type { Report } from '../lambda/outcome.ts';
import type { ServiceRequest, ServiceResponse, UnsignedService } from '../protocol/service.ts';
import type { PhysicalResource, Properties, ResourceContext, ResourceType } from './resource-type.ts';
import { stackId } from './scope.ts';

/** The function reported a failure, failed itself, or sent no response in time. */
export class CustomResourceError extends Error {
  override readonly name = 'CustomResourceError';
  constructor({ type, logicalId }: Pick<ResourceContext, 'type' | 'logicalId'>, reason: string) {
    super(`${type} ${logicalId} failed: ${reason}`);
  }
}

/** The response of a function. */
interface CustomResponse {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId?: string;
  readonly Data?: Readonly<Record<string, unknown>>;
}

type RequestType = 'Create' | 'Update' | 'Delete';

/** CloudFormation's default of `ServiceTimeout`, seconds. */
const DEFAULT_TIMEOUT_SECONDS = 3600;

/** Lambda's longest pause before it tries a throttled event again. */
const LONGEST_PAUSE_SECONDS = 300;

/** Path of the response URLs; a secret token of the request follows. */
const RESPONSE_PATH = '/laptop/custom-resources/';

export class CustomResources implements ResourceType, UnsignedService {
  private readonly lambda: Lambda;
  private readonly clock: Clock;
  private readonly addresses: Addresses;
  private readonly waiting = new Map<string, (response: CustomResponse) => void>();

  constructor({ lambda, clock }: { readonly lambda: Lambda; readonly clock: Clock }, addresses: Addresses) {
    this.lambda = lambda;
    this.clock = clock;
    this.addresses = addresses;
  }

  /** @throws CustomResourceError */
  async apply(properties: Properties, context: ResourceContext): Promise<PhysicalResource> {
    const { previous } = context;
    const old = previous && { PhysicalResourceId: previous.ref, OldResourceProperties: asStrings(previous.properties) };
    const type = previous ? 'Update' : 'Create';
    const response = await this.request(type, properties, { context, ...(old ? { old } : {}) });
    const ref = response.PhysicalResourceId ?? previous?.ref ?? context.logicalId;
    if (previous && previous.ref !== ref) await this.remove(previous, context);
    return { ref, attributes: response.Data ?? {} };
  }

  /** Its function knows it. */
  restore(): void {}

  /** @throws CustomResourceError */
  async remove(
    { ref, properties }: PhysicalResource & { readonly properties: Properties },
    context: ResourceContext,
  ): Promise<void> {
    await this.request('Delete', properties, { context, old: { PhysicalResourceId: ref } });
  }

  /** Receives the responses. The token in the URL is the permission, as in CloudFormation's presigned URLs. */
  async serveUnsigned({ path, body }: ServiceRequest): Promise<ServiceResponse | undefined> {
    if (!path.startsWith(RESPONSE_PATH)) return undefined;
    const receive = this.waiting.get(path.slice(RESPONSE_PATH.length));
    if (!receive) return { status: 404 };
    receive(JSON.parse(body.toString()));
    return { status: 200 };
  }

  private async request(
    type: RequestType,
    properties: Properties,
    { context, old = {} }: { context: ResourceContext; old?: object },
  ): Promise<CustomResponse> {
    const token = randomUUID();
    const { promise, resolve } = Promise.withResolvers<CustomResponse>();
    const fail = (Reason: string) => resolve({ Status: 'FAILED', Reason });
    this.waiting.set(token, resolve);
    const seconds = Number(properties.ServiceTimeout ?? DEFAULT_TIMEOUT_SECONDS);
    const timer = setTimeout(() => fail(`Expected a response within ${seconds} s, received none`), seconds * 1000);
    try {
      this.invoke(type, properties, { context, token, old }).catch((error) => fail(String(error)));
      const response = await promise;
      if (response.Status !== 'SUCCESS') throw new CustomResourceError(context, response.Reason ?? 'no reason given');
      return response;
    } finally {
      clearTimeout(timer);
      this.waiting.delete(token);
    }
  }

  /** Fails at once when the function fails; CloudFormation waits for the whole timeout. */
  private async invoke(
    type: RequestType,
    properties: Properties,
    { context, token, old }: { context: ResourceContext; token: string; old: object },
  ): Promise<void> {
    const event = {
      RequestType: type,
      ServiceToken: properties.ServiceToken,
      ResponseURL: this.addresses.endpoint + RESPONSE_PATH + token,
      StackId: stackId(context.stack.name),
      RequestId: token,
      LogicalResourceId: context.logicalId,
      ResourceType: context.type,
      ResourceProperties: asStrings(properties),
      ...old,
    };
    const report = await this.invokeLater(String(properties.ServiceToken), JSON.stringify(event));
    if (report.failed) throw new CustomResourceError(context, report.payload);
  }

  /**
   * Because CloudFormation invokes asynchronously: Lambda keeps a throttled event and tries again, first after a
   * second, then after twice the time, up to five minutes.
   * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
   */
  private async invokeLater(target: string, event: string): Promise<Report> {
    for (let seconds = 1; ; seconds = Math.min(2 * seconds, LONGEST_PAUSE_SECONDS)) {
      try {
        return await this.lambda.invoke(target, event);
      } catch (error) {
        if (!(error instanceof ThrottledError)) throw error;
      }
      await this.clock.wait(seconds);
    }
  }
}

/** CloudFormation passes all simple values as strings. */
function asStrings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asStrings);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, asStrings(one)]));
}
