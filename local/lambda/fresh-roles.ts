/**
 * Roles that AWS does not know everywhere yet. Because IAM is eventually consistent, a function whose role is some
 * seconds old may be refused; here it always is, for a set time.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */

import { createHash } from 'node:crypto';
import { Clock } from '../clock.ts';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import { AwsError } from '../protocol/aws-error.ts';
import type { ServiceRequest } from '../protocol/service.ts';

/**
 * Identifies a function in the user agent of its AWS clients, by their variable `AWS_SDK_UA_APP_ID`. Four digits of a
 * hash, because the clients warn above 50 characters, and Powertools appends 44.
 */
export function appIdOf(functionName: string): string {
  return createHash('sha256').update(functionName).digest('hex').slice(0, 4);
}

/** The roles by their age. */
export class FreshRoles {
  private readonly ms: number;
  /** Time of creation by ARN. */
  private readonly created = new Map<string, number>();
  /** ARN of the role by the function's id in user agents. */
  private readonly roles = new Map<string, string>();

  /** @param seconds of the clock during which a new role is refused; 0: never */
  constructor(seconds: number, clock: Pick<Clock, 'wallMs'> = new Clock()) {
    this.ms = clock.wallMs(seconds);
  }

  /** Observes the creation of roles and functions. The types stay as they are otherwise. */
  observe({
    'AWS::IAM::Role': role,
    'AWS::Lambda::Function': fn,
    ...types
  }: Record<string, ResourceType>): Record<string, ResourceType> {
    return {
      ...types,
      ...(role && { 'AWS::IAM::Role': this.observed(role, ({ Arn }) => this.created.set(String(Arn), Date.now())) }),
      ...(fn && {
        'AWS::Lambda::Function': this.observed(fn, (_, { ref, role: arn }) => this.roles.set(appIdOf(ref), arn)),
      }),
    };
  }

  private observed(
    type: ResourceType,
    onCreated: (attributes: Readonly<Record<string, unknown>>, resource: { ref: string; role: string }) => void,
  ): ResourceType {
    return {
      ...type,
      apply: async (properties, context) => {
        const resource = await type.apply(properties, context);
        if (!context.previous) onCreated(resource.attributes, { ref: resource.ref, role: String(properties.Role) });
        return resource;
      },
    };
  }

  /** @throws AwsError where a function with a fresh role sent the request */
  check({ headers, path }: ServiceRequest): void {
    const [, app = ''] = /\bapp\/([0-9a-f]{4})/.exec(headers['user-agent'] ?? '') ?? [];
    const created = this.created.get(this.roles.get(app) ?? '');
    if (created === undefined || Date.now() - created >= this.ms) return;
    const isJson = headers['x-amz-target'] !== undefined || path.startsWith('/2015-03-31/');
    const message = `The role ${this.roles.get(app)} is not authorized to perform this action`;
    throw new AwsError(isJson ? 'AccessDeniedException' : 'AccessDenied', isJson ? 400 : 403, message);
  }
}
