/** Rules of the event bus in templates. */

import { ACCOUNT, REGION } from '../account.ts';
import {
  DESCRIPTION,
  emulated,
  matching,
  nested,
  only,
  type PropertyRules,
  TAGS,
} from '../cloudformation/property-rules.ts';
import { addressOf, type ResourceContext, type ResourceType } from '../cloudformation/resource-type.ts';
import { UnsupportedError } from '../errors.ts';
import type { EventBus } from './bus.ts';
import type { Pattern } from './pattern.ts';

const RULE: PropertyRules = {
  Name: emulated,
  Description: DESCRIPTION,
  EventBusName: only('default'),
  EventPattern: emulated,
  State: only('ENABLED', 'DISABLED'),
  Targets: nested({
    Arn: matching(/^arn:aws:sqs:/),
    Id: DESCRIPTION,
    DeadLetterConfig: nested({ Arn: emulated }),
  }),
  Tags: TAGS,
};

interface Target {
  readonly Arn: string;
  readonly DeadLetterConfig?: { readonly Arn: string };
}

/** Rules with a pattern, whose targets are queues. */
export function eventsResources(bus: EventBus): Record<string, ResourceType> {
  const rule: ResourceType = {
    properties: RULE,
    apply: ({ EventPattern, State, Targets = [], Name }, context) => {
      if (!EventPattern) throw new UnsupportedError('A rule without an EventPattern', addressOf(context));
      const targets = (Targets as Target[]).map(({ Arn, DeadLetterConfig }) => ({
        queueArn: Arn,
        ...(DeadLetterConfig ? { deadLetterArn: DeadLetterConfig.Arn } : {}),
      }));
      const ref = String(Name ?? idOf(context));
      const arn = `arn:aws:events:${REGION}:${ACCOUNT}:rule/${ref}`;
      bus.remove(idOf(context));
      if (State !== 'DISABLED') bus.define(idOf(context), { arn, pattern: EventPattern as Pattern, targets });
      return { ref, attributes: { Arn: arn } };
    },
    remove: (_, context) => bus.remove(idOf(context)),
  };
  return { 'AWS::Events::Rule': rule };
}

function idOf({ stack, logicalId }: ResourceContext): string {
  return `${stack.name}-${logicalId}`;
}
