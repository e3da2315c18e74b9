/** State machines in templates. */

import { ACCOUNT, REGION } from '../account.ts';
import { GeneratedNames } from '../cloudformation/generated-names.ts';
import {
  ENCRYPTION,
  emulated,
  ignored,
  only,
  PERMISSIONS,
  type PropertyRules,
  TAGS,
} from '../cloudformation/property-rules.ts';
import { addressOf, type ResourceType } from '../cloudformation/resource-type.ts';
import { UnsupportedError } from '../errors.ts';
import type { Table } from '../storage/database.ts';
import type { StateMachines } from './executions.ts';

const STATE_MACHINE: PropertyRules = {
  StateMachineName: emulated,
  StateMachineType: only('STANDARD'),
  DefinitionString: emulated,
  RoleArn: PERMISSIONS,
  LoggingConfiguration: ignored('Executions are shown by DescribeExecution; there is no log group.'),
  TracingConfiguration: ignored('The emulator collects no traces.'),
  EncryptionConfiguration: ENCRYPTION,
  Tags: TAGS,
};

/** Standard state machines with their definition in the template. @param table where their names are counted */
export function statesResources(machines: StateMachines, table?: Table<number>): Record<string, ResourceType> {
  const names = new GeneratedNames(80, table);
  const stateMachine: ResourceType = {
    properties: STATE_MACHINE,
    apply: ({ DefinitionString, StateMachineName }, context) => {
      if (!DefinitionString)
        throw new UnsupportedError('A state machine without a DefinitionString', addressOf(context));
      const before = context.previous?.ref;
      if (before !== undefined) names.note(before.split(':').at(-1) ?? '', context);
      const arn = before ?? machineArn(String(StateMachineName ?? names.next(context)));
      machines.define(arn, String(DefinitionString));
      return { ref: arn, attributes: { Arn: arn, Name: arn.split(':').at(-1) } };
    },
    remove: ({ ref }) => machines.remove(ref),
  };
  return { 'AWS::StepFunctions::StateMachine': stateMachine };
}

function machineArn(name: string): string {
  return `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${name}`;
}
