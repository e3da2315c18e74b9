/** Step Functions: state machines from their own definitions, and their executions, which live as long as the laptop. */

import { randomUUID } from 'node:crypto';
import { ExecutionAbortedError, ExecutionError } from 'aws-local-stepfunctions';
import type { Clock } from '../clock.ts';
import type { Lambda } from '../lambda/invoker.ts';
import { ServiceError } from '../protocol/json-service.ts';
import { type RunnableMachine, runnable } from './definition.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';

/** What happened in an execution: entering and leaving states, mostly. */
export interface HistoryEvent {
  readonly id: number;
  readonly type: string;
  readonly time: Date;
  readonly state?: { readonly name: string; readonly input: unknown; readonly output?: unknown };
}

/** One run of a machine. */
export interface Execution {
  readonly arn: string;
  readonly machineArn: string;
  readonly name: string;
  /** JSON */
  readonly input: string;
  readonly startedAt: Date;
  status: ExecutionStatus;
  stoppedAt?: Date;
  /** JSON */
  output?: string;
  error?: string;
  cause?: string;
  readonly history: HistoryEvent[];
}

interface Running extends Execution {
  abort(): void;
}

/** The latest events are kept; AWS keeps 25,000. */
const HISTORY = 1000;

export class StateMachines {
  private readonly machines = new Map<string, RunnableMachine>();
  private readonly executions = new Map<string, Running>();
  private readonly services: { readonly lambda: Lambda; readonly clock: Clock };

  constructor(services: { readonly lambda: Lambda; readonly clock: Clock }) {
    this.services = services;
  }

  /** @throws UnsupportedError; Error for a definition that is not valid */
  define(arn: string, definition: string): void {
    this.machines.set(arn, runnable(definition, this.services));
  }

  remove(arn: string): void {
    this.machines.delete(arn);
  }

  /** Starts an execution; again with the same name and input while it runs, it is the same one. @throws ServiceError */
  start(machineArn: string, input = '{}', name: string = randomUUID()): Execution {
    const runnable = this.machines.get(machineArn);
    if (!runnable) throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${machineArn}'`);
    const arn = `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = this.executions.get(arn);
    if (known?.status === 'RUNNING' && known.input === input) return known;
    if (known) throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    return this.run(runnable, { arn, machineArn, name, input });
  }

  private run(
    { machine, handlers }: RunnableMachine,
    facts: Pick<Execution, 'arn' | 'machineArn' | 'name' | 'input'>,
  ): Execution {
    const { arn, machineArn, name, input } = facts;
    const context = {
      Execution: { Id: arn, Name: name },
      StateMachine: { Id: machineArn, Name: machineArn.split(':').at(-1) },
    };
    const run = machine.run(JSON.parse(input), { overrides: { taskResourceLocalHandlers: handlers }, context });
    const execution: Running = {
      ...facts,
      startedAt: this.services.clock.now(),
      status: 'RUNNING',
      history: [],
      abort: run.abort,
    };
    this.executions.set(arn, execution);
    run.result.then(
      (output) => this.end(execution, { status: 'SUCCEEDED', output: JSON.stringify(output) }),
      (error) => this.end(execution, failureOf(error)),
    );
    this.remember(execution, run.eventLogs);
    return execution;
  }

  private end(execution: Running, outcome: Partial<Execution>): void {
    if (execution.status === 'RUNNING') Object.assign(execution, outcome, { stoppedAt: this.services.clock.now() });
  }

  private async remember(
    { history }: Execution,
    events: ReturnType<RunnableMachine['machine']['run']>['eventLogs'],
  ): Promise<void> {
    let id = 0;
    for await (const event of events) {
      id += 1;
      const state = 'state' in event ? event.state : undefined;
      const type = state ? event.type.replace('State', `${state.type}State`) : event.type;
      history.push({ id, type, time: this.services.clock.now(event.timestamp), ...(state ? { state } : {}) });
      if (history.length > HISTORY) history.shift();
    }
  }

  /** Ends an execution before its time; what its present task does goes on, but nothing comes after it. @throws ServiceError */
  stop(arn: string, error?: string, cause?: string): Execution {
    const execution = this.execution(arn) as Running;
    this.end(execution, { status: 'ABORTED', ...(error ? { error } : {}), ...(cause ? { cause } : {}) });
    execution.abort();
    return execution;
  }

  /** Executions of a machine, the newest first. @throws ServiceError */
  list(machineArn: string, status?: string): Execution[] {
    if (!this.machines.has(machineArn))
      throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${machineArn}'`);
    const all = [...this.executions.values()].filter((execution) => execution.machineArn === machineArn);
    return all.filter((execution) => !status || execution.status === status).toReversed();
  }

  /** @throws ServiceError */
  execution(arn: string): Execution {
    const found = this.executions.get(arn);
    if (!found) throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return found;
  }

  arns(): string[] {
    return [...this.machines.keys()];
  }

  /** Lets no execution go on. */
  close(): void {
    for (const execution of this.executions.values()) if (execution.status === 'RUNNING') this.stop(execution.arn);
  }
}

function failureOf(error: unknown): Partial<Execution> {
  if (error instanceof ExecutionAbortedError) return { status: 'ABORTED' };
  if (!(error instanceof ExecutionError)) return { status: 'TIMED_OUT' };
  const { name, message } = error.cause as Error;
  return { status: 'FAILED', error: name, cause: message };
}
