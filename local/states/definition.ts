/** Makes definitions of state machines run here: tasks invoke the emulator's functions, waits follow its clock. */

import { StateMachine } from 'aws-local-stepfunctions';
import type { Clock } from '../clock.ts';
import { UnsupportedError } from '../errors.ts';
import { LambdaError } from '../lambda/function-types.ts';
import type { Lambda } from '../lambda/invoker.ts';

export type Json = Parameters<StateMachine['run']>[0];
type Handler = (input: Json) => Promise<Json>;

/** The fields of a state that this module reads. */
interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Seconds?: number;
  readonly SecondsPath?: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly { readonly IntervalSeconds?: number; readonly MaxDelaySeconds?: number }[];
  readonly [other: string]: unknown;
}

interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly TimeoutSeconds?: number;
}

/** A machine that can run here, and the handlers of its tasks and waits by state. */
export interface RunnableMachine {
  readonly machine: StateMachine;
  readonly handlers: Readonly<Record<string, Handler>>;
}

/** The state from which a machine runs. Default: its start. */
export interface From {
  readonly name: string;
  /** When the state was entered, by the emulator's clock. */
  readonly enteredAt: Date;
}

/** Makes the machine that runs from a state. */
export type MachineFrom = (from?: From) => RunnableMachine;

/** An error of a task. `Retry` and `Catch` match its name, or neither does. */
class TaskFailedError extends Error {
  override readonly name: string;
  /** Names that the library reads. */
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;
  constructor(name: string, cause: string, { isTerminal = false } = {}) {
    super(cause);
    this.name = name;
    this.isRetryable = !isTerminal;
    this.isCatchable = !isTerminal;
  }
}

/**
 * Bytes of a state's input or output, and of an execution's input.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const MOST_BYTES = 262_144;

/** The library's default is a minute, that of AWS is unlimited. This is the longest time of a timer, seconds. */
const LONGEST_SECONDS = 2_147_483;

/** Fields of a definition, and of states by their type; others are rejected. */
const DEFINITION_FIELDS = ['Comment', 'StartAt', 'States', 'TimeoutSeconds', 'Version'];
const PATHS = ['Comment', 'InputPath', 'OutputPath', 'Type'];
const FLOW = [...PATHS, 'Next', 'End'];
const STATE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Task: [...FLOW, 'Catch', 'Parameters', 'Resource', 'ResultPath', 'ResultSelector', 'Retry', 'TimeoutSeconds'],
  Wait: [...FLOW, 'Seconds', 'SecondsPath'],
  Pass: [...FLOW, 'Parameters', 'Result', 'ResultPath'],
  Choice: [...PATHS, 'Choices', 'Default'],
  Succeed: PATHS,
  Fail: ['Cause', 'CausePath', 'Comment', 'Error', 'ErrorPath', 'Type'],
};
const FUNCTION_ARN = /^arn:aws:lambda:/;
const PLAIN_PATH = /^\$((?:\.\w+)+)$/;

/** @throws UnsupportedError; Error for a definition that is not valid */
export function runnable(text: string, services: { readonly lambda: Lambda; readonly clock: Clock }): MachineFrom {
  const definition = JSON.parse(text) as Definition;
  checkSupport(definition);
  new StateMachine(JSON.parse(text), { validationOptions: { checkArn: false } });
  return (from) => machineFrom(definition, services, from);
}

function machineFrom(
  definition: Definition,
  services: { readonly lambda: Lambda; readonly clock: Clock },
  from?: From,
): RunnableMachine {
  const { clock } = services;
  const handlers: Record<string, Handler> = {};
  const states: Record<string, State> = {};
  for (const [name, state] of Object.entries(definition.States)) {
    const handler = handlerOf(name, state, services);
    if (handler) handlers[name] = handler;
    states[name] = handler ? asTask(state, clock) : state;
  }
  const isKnown = from !== undefined && from.name in states;
  const wait = isKnown ? definition.States[from.name] : undefined;
  if (from && wait?.Type === 'Wait')
    handlers[from.name] = continuedWait(from, handlers[from.name] as Handler, wait, clock);
  const timeout =
    definition.TimeoutSeconds === undefined ? {} : { TimeoutSeconds: definition.TimeoutSeconds / clock.speed };
  const StartAt = isKnown ? from.name : definition.StartAt;
  const runnable = { ...definition, ...timeout, StartAt, States: states } as never;
  return { machine: new StateMachine(runnable, { validationOptions: { noValidate: true } }), handlers };
}

/** A wait that began before a restart: the first time only its remaining seconds. */
function continuedWait({ name, enteredAt }: From, whole: Handler, state: State, clock: Clock): Handler {
  let isFirst = true;
  return async (input) => {
    if (!isFirst) return whole(input);
    isFirst = false;
    const passed = (clock.now().getTime() - enteredAt.getTime()) / 1000;
    await clock.wait(Math.max(0, secondsOf(name, state, input) - passed));
    return input;
  };
}

function checkSupport(definition: Definition): void {
  checkFields(definition, DEFINITION_FIELDS, 'state machine');
  for (const [name, state] of Object.entries(definition.States)) {
    const fields = STATE_FIELDS[state.Type];
    if (!fields) throw new UnsupportedError(`A state of type ${state.Type}`, name);
    checkFields(state, fields, name);
    if (state.Type === 'Task' && !FUNCTION_ARN.test(state.Resource ?? ''))
      throw new UnsupportedError(`The task ${state.Resource}`, name);
    if (state.SecondsPath !== undefined && !PLAIN_PATH.test(state.SecondsPath))
      throw new UnsupportedError(`The SecondsPath ${state.SecondsPath}`, name);
  }
}

function checkFields(fields: object, supported: readonly string[], where: string): void {
  const unsupported = Object.keys(fields).find((name) => !supported.includes(name));
  if (unsupported) throw new UnsupportedError(`The field ${unsupported} of a definition`, where);
}

function handlerOf(name: string, state: State, services: { lambda: Lambda; clock: Clock }): Handler | undefined {
  if (state.Type === 'Task') {
    return async (input) => {
      checkSize(name, 'input', JSON.stringify(input));
      const output = await invoke(services.lambda, state.Resource ?? '', input);
      checkSize(name, 'output', JSON.stringify(output));
      return output;
    };
  }
  if (state.Type !== 'Wait') return undefined;
  return async (input) => {
    await services.clock.wait(secondsOf(name, state, input));
    return input;
  };
}

/** Because the library can only replace waits by a fixed time, they become tasks. */
function asTask(state: State, { speed }: Clock): State {
  const { Seconds: _, SecondsPath: __, TimeoutSeconds = LONGEST_SECONDS, Retry, ...rest } = state;
  const retry = Retry?.map((retrier) => ({
    ...retrier,
    IntervalSeconds: (retrier.IntervalSeconds ?? 1) / speed,
    ...(retrier.MaxDelaySeconds === undefined ? {} : { MaxDelaySeconds: retrier.MaxDelaySeconds / speed }),
  }));
  return {
    ...rest,
    Type: 'Task',
    Resource: state.Resource ?? 'wait',
    TimeoutSeconds,
    ...(retry ? { Retry: retry } : {}),
  };
}

function secondsOf(name: string, { Seconds, SecondsPath = '' }: State, input: Json): number {
  if (Seconds !== undefined) return Seconds;
  const path = PLAIN_PATH.exec(SecondsPath)?.[1]?.slice(1).split('.') ?? [];
  const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], input);
  if (Number.isInteger(value) && Number(value) >= 0) return Number(value);
  const message = `Expected an integer of at least 0 for ${SecondsPath} of ${name}, received ${value}`;
  throw new TaskFailedError('States.Runtime', message);
}

/**
 * `States.ALL` does not catch this error.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
function checkSize(name: string, what: 'input' | 'output', text: string): void {
  if (Buffer.byteLength(text) <= MOST_BYTES) return;
  const limit = 'with a size exceeding the maximum number of bytes service limit';
  const message = `The state/task '${name}' has an ${what} ${limit}.`;
  throw new TaskFailedError('States.DataLimitExceeded', message, { isTerminal: true });
}

async function invoke(lambda: Lambda, target: string, input: Json): Promise<Json> {
  try {
    const report = await lambda.invoke(target, JSON.stringify(input));
    if (!report.failed) return JSON.parse(report.payload);
    throw new TaskFailedError(JSON.parse(report.payload).errorType ?? 'Lambda.Unknown', report.payload);
  } catch (error) {
    if (error instanceof LambdaError) throw new TaskFailedError(`Lambda.${error.name}`, error.message);
    throw error;
  }
}
