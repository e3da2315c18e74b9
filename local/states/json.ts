import type { StateMachine } from 'aws-local-stepfunctions';

/** Input and output of a state: any value of JSON. */
export type Json = Parameters<StateMachine['run']>[0];
