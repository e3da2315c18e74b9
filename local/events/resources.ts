/** Rules of the event bus, as templates describe them. */

import { ACCOUNT, REGION } from '../account.ts';
import type { ResourceContext, ResourceType } from '../cloudformation/resource-type.ts';
import { UnsupportedError } from '../errors.ts';
import type { EventBus } from './bus.ts';
import type { Pattern } from './pattern.ts';

interface Target {
  readonly Arn: string;
  readonly [option: string]: unknown;
}

const SUPPORTED_TARGETS = /^arn:aws:(sqs|sns|lambda):/;

export function rule(bus: EventBus): ResourceType {
  const id = (context: ResourceContext) => `${context.stack.name}-${context.logicalId}`;
  return {
    apply: (properties, context) => {
      const { EventPattern, ScheduleExpression, State, Targets = [] } = properties;
      if (ScheduleExpression) throw new UnsupportedError('A rule with a schedule', context.logicalId);
      for (const target of Targets as Target[]) checkTarget(target, context.logicalId);
      bus.remove(id(context));
      const targets = (Targets as Target[]).map(({ Arn }) => Arn);
      if (State !== 'DISABLED') bus.define(id(context), { pattern: EventPattern as Pattern, targets });
      return { ref: id(context), attributes: { Arn: `arn:aws:events:${REGION}:${ACCOUNT}:rule/${id(context)}` } };
    },
    remove: (_, context) => bus.remove(id(context)),
  };
}

function checkTarget(target: Target, logicalId: string): void {
  if (!SUPPORTED_TARGETS.test(target.Arn)) throw new UnsupportedError(`The rule target ${target.Arn}`, logicalId);
  const transform = ['Input', 'InputPath', 'InputTransformer'].find((option) => option in target);
  if (transform) throw new UnsupportedError(`A rule target with ${transform}`, logicalId);
}
