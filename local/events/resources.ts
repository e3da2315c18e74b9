/** Event buses and their rules in templates. */

import { ACCOUNT, REGION } from '../account.ts';
import {
  DESCRIPTION,
  emulated,
  matching,
  nested,
  only,
  PERMISSIONS,
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
import type { Lambda } from '../lambda/invoker.ts';
import type { StateMachines } from '../states/executions.ts';
import { invokeAsynchronously } from './asynchronous.ts';
import { DEFAULT_BUS, type EventBuses, type RuleTarget } from './bus.ts';
import type { Pattern } from './pattern.ts';
import { SCHEDULE, Schedules } from './schedules.ts';

const BUS: PropertyRules = { Name: matching(/^[/.\-_A-Za-z0-9]{1,256}$/), Description: DESCRIPTION, Tags: TAGS };

const RULE: PropertyRules = {
  Name: emulated,
  Description: DESCRIPTION,
  EventBusName: emulated,
  EventPattern: emulated,
  ScheduleExpression: matching(SCHEDULE),
  State: only('ENABLED', 'DISABLED'),
  Targets: nested({
    Arn: matching(/^arn:aws:(?:lambda|sqs|states):/),
    Id: DESCRIPTION,
    // A path of plain names: `$.detail`.
    InputPath: matching(/^\$(\.[A-Za-z0-9_-]+)+$/),
    RoleArn: PERMISSIONS,
    Input: emulated,
    DeadLetterConfig: nested({ Arn: emulated }),
  }),
  Tags: TAGS,
};

/** What rules need. */
export interface EventServices {
  readonly bus: EventBuses;
  readonly machines: Pick<StateMachines, 'start'>;
  readonly lambda: Pick<Lambda, 'invoke'>;
  readonly clock: ConstructorParameters<typeof Schedules>[0];
  readonly onError: (message: string) => void;
}

interface Target {
  readonly Arn: string;
  readonly Input?: string;
  readonly InputPath?: string;
  readonly DeadLetterConfig?: { readonly Arn: string };
}

/**
 * Buses; rules with a pattern, whose targets are queues; rules with a schedule, whose targets are state machines and
 * functions. Functions get an empty event: none reads EventBridge's.
 */
export function eventsResources(services: EventServices): Record<string, ResourceType> {
  const { bus: buses } = services;
  const schedules = new Schedules(services.clock);
  const remove = (context: ResourceContext) => {
    buses.remove(idOf(context));
    schedules.remove(idOf(context));
  };
  const rule: ResourceType = {
    properties: RULE,
    apply: (properties, context) => {
      checkTargets(properties, context);
      const { EventPattern, ScheduleExpression, State, Name, Targets } = properties;
      const ref = String(Name ?? idOf(context));
      const { bus, targets } = routeOf(properties);
      const arn = `arn:aws:events:${REGION}:${ACCOUNT}:rule/${bus === DEFAULT_BUS ? ref : `${bus}/${ref}`}`;
      remove(context);
      if (State === 'DISABLED') return { ref, attributes: { Arn: arn } };
      if (EventPattern) buses.define(idOf(context), { arn, bus, pattern: EventPattern as Pattern, targets });
      else {
        const start = () => startAll(Targets as Target[], services);
        schedules.define(idOf(context), String(ScheduleExpression), start);
      }
      return { ref, attributes: { Arn: arn } };
    },
    remove: (_, context) => remove(context),
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

/** @throws UnsupportedError for a rule of both kinds or none, and for targets of the other kind */
function checkTargets({ EventPattern, ScheduleExpression, Targets = [] }: Properties, context: ResourceContext): void {
  if (Boolean(EventPattern) === Boolean(ScheduleExpression)) {
    const rule = EventPattern
      ? 'A rule with an EventPattern and a ScheduleExpression'
      : 'A rule without an EventPattern or a ScheduleExpression';
    throw new UnsupportedError(rule, addressOf(context));
  }
  const [services, unsupported] = EventPattern
    ? [/^arn:aws:sqs:/, 'Input']
    : [/^arn:aws:(?:lambda|states):/, 'InputPath'];
  const other = (Targets as Target[]).find((target) => !services.test(target.Arn) || unsupported in target);
  if (other) throw new UnsupportedError(`The target ${other.Arn} of a rule of this kind`, addressOf(context));
}

function startAll(targets: readonly Target[], services: EventServices): void {
  for (const target of targets) {
    startOne(target, services).catch((error) => {
      services.onError(`A schedule could not start ${target.Arn}: ${error instanceof Error ? error.message : error}`);
    });
  }
}

async function startOne({ Arn, Input = '{}' }: Target, services: EventServices): Promise<void> {
  if (Arn.startsWith('arn:aws:states:')) services.machines.start(Arn, Input);
  else await invokeAsynchronously(services, Arn, Input);
}

function idOf({ stack, logicalId }: ResourceContext): string {
  return `${stack.name}-${logicalId}`;
}
