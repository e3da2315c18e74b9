/**
 * Step Functions' executions of state machines. Each state is stored when it is entered, so an execution goes on after
 * a restart: a task that had not ended runs again, a wait goes on for its remaining time.
 */

import { randomUUID } from 'node:crypto';
import { ExecutionAbortedError, ExecutionError } from 'aws-local-stepfunctions';
import type { Clock } from '../clock.ts';
import type { Lambda } from '../lambda/invoker.ts';
import { ServiceError } from '../protocol/json-service.ts';
import type { Table } from '../storage/database.ts';
import { type Json, type MachineFrom, type RunnableMachine, runnable } from './definition.ts';

type Events = ReturnType<RunnableMachine['machine']['run']>['eventLogs'];

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';

/** One run of a state machine. */
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
}

/** The state that an execution is in. */
interface Position {
  readonly name: string;
  readonly input: Json;
  readonly enteredAt: Date;
}

interface Running extends Execution {
  position?: Position;
  /** Absent: it has ended, or waits for its machine after a restart. */
  abort?: () => void;
}

/** An execution as it is stored; times in ISO 8601. */
export type StoredExecution = Omit<Execution, 'startedAt' | 'stoppedAt'> & {
  readonly startedAt: string;
  readonly stoppedAt?: string;
  readonly position?: Omit<Position, 'enteredAt'> & { readonly enteredAt: string };
};

/** What executions need. */
export interface StateServices {
  readonly lambda: Lambda;
  readonly clock: Clock;
  /** Where executions are stored. */
  readonly table: Table<StoredExecution>;
}

export class StateMachines {
  private readonly machines = new Map<string, MachineFrom>();
  private readonly executions = new Map<string, Running>();
  private readonly services: StateServices;
  private isClosed = false;

  constructor(services: StateServices) {
    this.services = services;
    for (const [arn, stored] of services.table.entries()) this.executions.set(arn, executionOf(stored));
  }

  /**
   * Continues the executions of this machine that a restart has interrupted.
   * @throws UnsupportedError; Error for a definition that is not valid
   */
  define(arn: string, definition: string): void {
    this.machines.set(arn, runnable(definition, this.services));
    for (const execution of this.executions.values()) {
      if (execution.machineArn === arn && execution.status === 'RUNNING' && !execution.abort) this.run(execution);
    }
  }

  remove(arn: string): void {
    this.machines.delete(arn);
  }

  /** Starts an execution. Returns the running one of the same name and input, if there is one. @throws ServiceError */
  start(machineArn: string, input = '{}', name: string = randomUUID()): Execution {
    const arn = `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = this.executions.get(arn);
    if (known?.status === 'RUNNING' && known.input === input) return known;
    if (known) throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    this.machine(machineArn);
    const startedAt = this.services.clock.now();
    const execution: Running = { arn, machineArn, name, input, startedAt, status: 'RUNNING' };
    this.executions.set(arn, execution);
    this.run(execution);
    return execution;
  }

  /** Runs an execution from its start, or from the state that it is in. */
  private run(execution: Running): void {
    const { arn, machineArn, name, input, position } = execution;
    const { machine, handlers } = this.machine(machineArn)(position);
    const context = {
      Execution: { Id: arn, Name: name },
      StateMachine: { Id: machineArn, Name: machineArn.split(':').at(-1) },
    };
    const from = position ? position.input : JSON.parse(input);
    const run = machine.run(from, { overrides: { taskResourceLocalHandlers: handlers }, context });
    execution.abort = run.abort;
    this.store(execution);
    run.result.then(
      (output) => this.end(execution, { status: 'SUCCEEDED', output: JSON.stringify(output) }),
      (error) => this.end(execution, failureOf(error)),
    );
    this.follow(execution, run.eventLogs);
  }

  /** Stores each state that the execution enters. */
  private async follow(execution: Running, events: Events): Promise<void> {
    let isFirst = true;
    for await (const event of events) {
      if (event.type !== 'StateEntered') continue;
      // After a restart, the first state is the one that was stored: its wait began before.
      const isContinued = isFirst && execution.position?.name === event.state.name;
      isFirst = false;
      if (isContinued) continue;
      execution.position = { ...event.state, enteredAt: this.services.clock.now() };
      this.store(execution);
    }
  }

  private store(execution: Running): void {
    // Because the end of the emulator aborts its executions, and the next start continues them.
    if (!this.isClosed) this.services.table.put(execution.arn, storedOf(execution));
  }

  private end(execution: Running, outcome: Partial<Execution>): void {
    if (execution.status !== 'RUNNING') return;
    Object.assign(execution, outcome, { stoppedAt: this.services.clock.now() });
    this.store(execution);
  }

  /** Aborts an execution. Its current task runs to its end, and no state follows. @throws ServiceError */
  stop(arn: string, error?: string, cause?: string): Execution {
    const execution = this.execution(arn) as Running;
    this.end(execution, { status: 'ABORTED', ...(error ? { error } : {}), ...(cause ? { cause } : {}) });
    execution.abort?.();
    return execution;
  }

  /** Executions of a machine, newest first. @throws ServiceError */
  list(machineArn: string, status?: string): Execution[] {
    this.machine(machineArn);
    const all = [...this.executions.values()].filter((execution) => execution.machineArn === machineArn);
    return all.filter((execution) => !status || execution.status === status).toReversed();
  }

  /** @throws ServiceError */
  execution(arn: string): Execution {
    const found = this.executions.get(arn);
    if (!found) throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return found;
  }

  private machine(arn: string): MachineFrom {
    const found = this.machines.get(arn);
    if (!found) throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return found;
  }

  /** Aborts all executions; a stored one goes on after the next start. */
  close(): void {
    this.isClosed = true;
    for (const execution of this.executions.values()) if (execution.status === 'RUNNING') this.stop(execution.arn);
  }
}

function storedOf({ abort: _, startedAt, stoppedAt, position, ...execution }: Running): StoredExecution {
  return {
    ...execution,
    startedAt: startedAt.toISOString(),
    ...(stoppedAt && { stoppedAt: stoppedAt.toISOString() }),
    ...(position && { position: { ...position, enteredAt: position.enteredAt.toISOString() } }),
  };
}

function executionOf({ startedAt, stoppedAt, position, ...execution }: StoredExecution): Running {
  return {
    ...execution,
    startedAt: new Date(startedAt),
    ...(stoppedAt && { stoppedAt: new Date(stoppedAt) }),
    ...(position && { position: { ...position, enteredAt: new Date(position.enteredAt) } }),
  };
}

function failureOf(error: unknown): Partial<Execution> {
  if (error instanceof ExecutionAbortedError) return { status: 'ABORTED' };
  if (!(error instanceof ExecutionError)) return { status: 'TIMED_OUT' };
  const { name, message } = error.cause as Error;
  return { status: 'FAILED', error: name, cause: message };
}
