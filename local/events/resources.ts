/** Rules of the event bus, as templates describe them. */

import { ACCOUNT, REGION } from '../account.ts';
import type { ResourceType, Site } from '../cloudformation/resource-type.ts';
import { UnsupportedError } from '../errors.ts';
import type { EventBus } from './bus.ts';
import type { Pattern } from './pattern.ts';

interface Target {
  readonly Arn: string;
  readonly [option: string]: unknown;
}

const PLAYED_TARGETS = /^arn:aws:(sqs|sns|lambda):/;

export function rule(bus: EventBus): ResourceType {
  const id = (site: Site) => `${site.stack.name}-${site.logicalId}`;
  return {
    apply: (properties, site) => {
      const { EventPattern, ScheduleExpression, State, Targets = [] } = properties;
      if (ScheduleExpression) throw new UnsupportedError('A rule with a schedule', site.logicalId);
      for (const target of Targets as Target[]) checkTarget(target, site.logicalId);
      bus.remove(id(site));
      const targets = (Targets as Target[]).map(({ Arn }) => Arn);
      if (State !== 'DISABLED') bus.define(id(site), { pattern: EventPattern as Pattern, targets });
      return { ref: id(site), attributes: { Arn: `arn:aws:events:${REGION}:${ACCOUNT}:rule/${id(site)}` } };
    },
    remove: (_, site) => bus.remove(id(site)),
  };
}

function checkTarget(target: Target, logicalId: string): void {
  if (!PLAYED_TARGETS.test(target.Arn)) throw new UnsupportedError(`The rule target ${target.Arn}`, logicalId);
  const transform = ['Input', 'InputPath', 'InputTransformer'].find((option) => option in target);
  if (transform) throw new UnsupportedError(`A rule target with ${transform}`, logicalId);
}
