/** State machines in templates. */

import { ACCOUNT, REGION } from '../account.ts';
import {
  ENCRYPTION,
  emulated,
  ignored,
  only,
  PERMISSIONS,
  type PropertyRules,
  TAGS,
} from '../cloudformation/property-rules.ts';
import { addressOf, physicalName, type ResourceType } from '../cloudformation/resource-type.ts';
import { UnsupportedError } from '../errors.ts';
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

/** Standard state machines with their definition in the template. */
export function statesResources(machines: StateMachines): Record<string, ResourceType> {
  const stateMachine: ResourceType = {
    properties: STATE_MACHINE,
    apply: ({ DefinitionString, StateMachineName }, context) => {
      if (!DefinitionString)
        throw new UnsupportedError('A state machine without a DefinitionString', addressOf(context));
      const name = String(StateMachineName ?? physicalName(context, 80));
      const arn = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${name}`;
      machines.define(arn, String(DefinitionString));
      return { ref: arn, attributes: { Arn: arn, Name: name } };
    },
    remove: ({ ref }) => machines.remove(ref),
  };
  return { 'AWS::StepFunctions::StateMachine': stateMachine };
}
