/** Makes definitions of state machines run here: tasks invoke the emulator's functions, waits follow its clock. */

import { StateMachine } from 'aws-local-stepfunctions';
import type { Clock } from '../clock.ts';
import { UnsupportedError } from '../errors.ts';
import type { Lambda } from '../lambda/invoker.ts';
import type { Turn } from '../lambda/semaphore.ts';
import type { Json } from './json.ts';
import type { MapRuns, RunChild } from './map-runs.ts';
import { checkMap, MAP_FIELDS, type MapState } from './map-state.ts';
import { checkPath, integerAt } from './paths.ts';
import { checkTask, runTask } from './tasks.ts';

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
  /** Entries that a state adds to the history of its execution, by its name. */
  readonly events: Readonly<Record<string, number>>;
}

/** The state from which a machine runs. */
export interface From {
  readonly name: string;
  /** When the state was entered, by the emulator's clock. */
  readonly enteredAt: Date;
}

/** The execution that a machine runs for. */
export interface RunOf {
  readonly executionArn: string;
  readonly machineArn: string;
  /** Default: the machine's start. */
  readonly from?: From | undefined;
}

/** Makes the machine of an execution. */
export type MachineFrom = (run: RunOf) => RunnableMachine;

/** What the states of machines call. */
export interface StateCalls {
  readonly lambda: Lambda;
  /** Of the invocations of tasks. Default: that of requests. */
  readonly turn?: Turn;
  readonly clock: Clock;
  readonly maps: MapRuns;
}

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
  Map: [...FLOW, ...MAP_FIELDS],
  Fail: ['Cause', 'CausePath', 'Comment', 'Error', 'ErrorPath', 'Type'],
};

/** @throws UnsupportedError; Error for a definition that is not valid */
export function runnable(text: string, services: StateCalls): MachineFrom {
  const definition = JSON.parse(text) as Definition;
  checkSupport(definition);
  new StateMachine(JSON.parse(text), { validationOptions: { checkArn: false } });
  return (run) => machineFrom(definition, services, run);
}

function machineFrom(definition: Definition, services: StateCalls, run: RunOf): RunnableMachine {
  const { clock } = services;
  const { from } = run;
  const handlers: Record<string, Handler> = {};
  const states: Record<string, State> = {};
  for (const [name, state] of Object.entries(definition.States)) {
    const handler = handlerOf(name, state, services, run);
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
  const machine = new StateMachine(runnable, { validationOptions: { noValidate: true } });
  return { machine, handlers, events: eventsOf(definition) };
}

/** A task is entered, scheduled, started, succeeds and is exited; a map has a run; others are entered and exited. */
function eventsOf({ States }: Definition): Record<string, number> {
  const byType: Readonly<Record<string, number>> = { Task: 5, Map: 4 };
  return Object.fromEntries(Object.entries(States).map(([name, { Type }]) => [name, byType[Type] ?? 2]));
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
    if (state.Type === 'Task') checkTask(state, name);
    if (state.Type === 'Map') {
      checkMap(name, state as unknown as MapState);
      checkSupport(processorOf(state));
    }
    if (state.SecondsPath !== undefined) checkPath('SecondsPath', state.SecondsPath, name);
  }
}

function checkFields(fields: object, supported: readonly string[], where: string): void {
  const unsupported = Object.keys(fields).find((name) => !supported.includes(name));
  if (unsupported) throw new UnsupportedError(`The field ${unsupported} of a definition`, where);
}

/** Fields of waits and maps, which their handlers read. A map keeps its result fields. */
const REPLACED: readonly string[] = [
  'Seconds',
  'SecondsPath',
  ...MAP_FIELDS.filter((field) => !/^Result(Path|Selector)$/.test(field)),
];

function handlerOf(name: string, state: State, services: StateCalls, run: RunOf): Handler | undefined {
  if (state.Type === 'Task') return (input) => runTask(name, state, input, services);
  if (state.Type === 'Map') {
    const runChild = childOf(processorOf(state), services, run);
    return (input) => services.maps.run({ name, state: state as unknown as MapState, ...run, runChild }, input);
  }
  if (state.Type !== 'Wait') return undefined;
  return async (input) => {
    await services.clock.wait(secondsOf(name, state, input));
    return input;
  };
}

/** The states of a Map's children, as a machine of their own. */
function processorOf({ ItemProcessor }: State): Definition {
  const { ProcessorConfig: _, ...definition } = ItemProcessor as Definition & { readonly ProcessorConfig: unknown };
  return definition;
}

function childOf(definition: Definition, services: StateCalls, { executionArn, machineArn }: RunOf): RunChild {
  const background = { ...services, turn: { isBackground: true } };
  return (input) => {
    const { machine, handlers } = machineFrom(definition, background, { executionArn, machineArn });
    return machine.run(input, { overrides: { taskResourceLocalHandlers: handlers } });
  };
}

/** Because the library can only replace waits by a fixed time and knows no Distributed Map, they become tasks. */
function asTask(state: State, { speed }: Clock): State {
  const { Retry, TimeoutSeconds = LONGEST_SECONDS, ...others } = state;
  const rest = Object.fromEntries(Object.entries(others).filter(([field]) => !REPLACED.includes(field)));
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
  return integerAt(SecondsPath, input, 0, name);
}
