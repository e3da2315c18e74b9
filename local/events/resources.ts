/** Event buses and their rules in templates. */

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
import {
  addressOf,
  type Properties,
  type ResourceContext,
  type ResourceType,
} from '../cloudformation/resource-type.ts';
import { UnsupportedError } from '../errors.ts';
import { DEFAULT_BUS, type EventBuses, type RuleTarget } from './bus.ts';
import type { Pattern } from './pattern.ts';

const BUS: PropertyRules = { Name: matching(/^[/.\-_A-Za-z0-9]{1,256}$/), Description: DESCRIPTION, Tags: TAGS };

const RULE: PropertyRules = {
  Name: emulated,
  Description: DESCRIPTION,
  EventBusName: emulated,
  EventPattern: emulated,
  State: only('ENABLED', 'DISABLED'),
  Targets: nested({
    Arn: matching(/^arn:aws:sqs:/),
    Id: DESCRIPTION,
    // A path of plain names: `$.detail`.
    InputPath: matching(/^\$(\.[A-Za-z0-9_-]+)+$/),
    DeadLetterConfig: nested({ Arn: emulated }),
  }),
  Tags: TAGS,
};

interface Target {
  readonly Arn: string;
  readonly InputPath?: string;
  readonly DeadLetterConfig?: { readonly Arn: string };
}

/** Buses, and rules with a pattern, whose targets are queues. */
export function eventsResources(buses: EventBuses): Record<string, ResourceType> {
  const rule: ResourceType = {
    properties: RULE,
    apply: (properties, context) => {
      const { EventPattern, State, Name } = properties;
      if (!EventPattern) throw new UnsupportedError('A rule without an EventPattern', addressOf(context));
      const ref = String(Name ?? idOf(context));
      const { bus, targets } = routeOf(properties);
      const arn = `arn:aws:events:${REGION}:${ACCOUNT}:rule/${bus === DEFAULT_BUS ? ref : `${bus}/${ref}`}`;
      buses.remove(idOf(context));
      if (State !== 'DISABLED') buses.define(idOf(context), { arn, bus, pattern: EventPattern as Pattern, targets });
      return { ref, attributes: { Arn: arn } };
    },
    remove: (_, context) => buses.remove(idOf(context)),
  };
  return { 'AWS::Events::Rule': rule, 'AWS::Events::EventBus': busType(buses) };
}

function busType(buses: EventBuses): ResourceType {
  return {
    properties: BUS,
    apply: ({ Name }, { previous }) => {
      const name = String(Name);
      if (previous && previous.ref !== name) buses.delete(previous.ref);
      buses.create(name);
      return { ref: name, attributes: { Name: name, Arn: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${name}` } };
    },
    remove: ({ ref }) => buses.delete(ref),
  };
}

function routeOf({ EventBusName, Targets = [] }: Properties): { bus: string; targets: RuleTarget[] } {
  const targets = (Targets as Target[]).map(({ Arn, InputPath, DeadLetterConfig }) => ({
    queueArn: Arn,
    ...(InputPath !== undefined && { path: InputPath.split('.').slice(1) }),
    ...(DeadLetterConfig && { deadLetterArn: DeadLetterConfig.Arn }),
  }));
  // By name or by ARN.
  return { bus: String(EventBusName ?? DEFAULT_BUS).replace(/^arn:aws:events:.*:event-bus\//, ''), targets };
}

function idOf({ stack, logicalId }: ResourceContext): string {
  return `${stack.name}-${logicalId}`;
}
