/** State machines' definitions, changed so that they run here: tasks call the laptop's functions, waits go by its clock. */

import { StateMachine } from 'aws-local-stepfunctions';
import type { Clock } from '../clock.ts';
import { UnsupportedError } from '../errors.ts';
import { LambdaError } from '../lambda/function-types.ts';
import type { Lambda } from '../lambda/invoker.ts';

type Json = Parameters<StateMachine['run']>[0];
type Handler = (input: Json) => Promise<Json>;

/** A state, as far as it is looked at here. */
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
  readonly States: Readonly<Record<string, State>>;
  readonly TimeoutSeconds?: number;
}

/** A machine that can run here, with what its tasks do. */
export interface RunnableMachine {
  readonly machine: StateMachine;
  readonly handlers: Readonly<Record<string, Handler>>;
}

/** What a task failed with, under the name by which `Retry` and `Catch` know it. */
class TaskFailedError extends Error {
  override readonly name: string;
  constructor(name: string, cause: string) {
    super(cause);
    this.name = name;
  }
}

/** The library gives tasks a minute without this; AWS gives them for ever. As long as a timer can be, seconds. */
const LONGEST_SECONDS = 2_147_483;

/** @throws UnsupportedError for a kind of state that is not played; Error for a definition that is not valid */
export function runnable(
  text: string,
  { lambda, clock }: { readonly lambda: Lambda; readonly clock: Clock },
): RunnableMachine {
  const definition = JSON.parse(text) as Definition;
  new StateMachine(JSON.parse(text), { validationOptions: { checkArn: false } });
  const handlers: Record<string, Handler> = {};
  const states: Record<string, State> = {};
  for (const [name, state] of Object.entries(definition.States)) {
    const handler = handlerOf(name, state, { lambda, clock });
    if (handler) handlers[name] = handler;
    states[name] = handler ? asTask(state, clock) : state;
  }
  const whole =
    definition.TimeoutSeconds === undefined ? {} : { TimeoutSeconds: definition.TimeoutSeconds / clock.speed };
  const runnable = { ...definition, ...whole, States: states } as never;
  return { machine: new StateMachine(runnable, { validationOptions: { noValidate: true } }), handlers };
}

function handlerOf(name: string, state: State, services: { lambda: Lambda; clock: Clock }): Handler | undefined {
  switch (state.Type) {
    case 'Task':
      return taskHandler(name, state, services.lambda);
    case 'Wait':
      return async (input) => {
        await services.clock.wait(secondsOf(name, state, input));
        return input;
      };
    case 'Choice':
    case 'Pass':
    case 'Succeed':
    case 'Fail':
      return undefined;
    default:
      throw new UnsupportedError(`A state of type ${state.Type}`, name);
  }
}

/** Waits become tasks, because the library can only replace them by a fixed time. */
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

function secondsOf(name: string, { Seconds, SecondsPath }: State, input: Json): number {
  if (Seconds !== undefined) return Seconds;
  const path = /^\$((?:\.\w+)+)$/
    .exec(SecondsPath ?? '')?.[1]
    ?.slice(1)
    .split('.');
  if (!path) throw new UnsupportedError('A wait for anything but Seconds or a plain SecondsPath', name);
  const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], input);
  if (Number.isInteger(value) && Number(value) >= 0) return Number(value);
  throw new TaskFailedError(
    'States.Runtime',
    `${name}: expected an integer of at least 0 at ${SecondsPath}, received ${value}`,
  );
}

function taskHandler(name: string, { Resource = '' }: State, lambda: Lambda): Handler {
  if (/^arn:aws:lambda:/.test(Resource)) return async (input) => invoke(lambda, Resource, input);
  if (Resource !== 'arn:aws:states:::lambda:invoke') throw new UnsupportedError(`The task ${Resource}`, name);
  return async (input) => {
    const {
      FunctionName,
      Payload = {},
      Qualifier,
    } = input as { FunctionName: string; Payload?: Json; Qualifier?: string };
    const target = Qualifier ? `${FunctionName}:${Qualifier}` : FunctionName;
    return { Payload: await invoke(lambda, target, Payload), StatusCode: 200 };
  };
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
