/**
 * Step Functions' executions of state machines. Each state is stored when it is entered, so an execution goes on after
 * a restart: a task that had not ended runs again, a wait goes on for its remaining time.
 */

import { randomUUID } from 'node:crypto';
import { ExecutionAbortedError, ExecutionError } from 'aws-local-stepfunctions';
import type { EventBuses } from '../events/bus.ts';
import { ServiceError } from '../protocol/json-service.ts';
import type { Database, Table } from '../storage/database.ts';
import { type MachineFrom, type RunnableMachine, runnable, type StateCalls } from './definition.ts';
import { type Execution, executionOf, type Running, type StoredExecution, storedOf } from './execution.ts';
import { MapBuckets, type ObjectService } from './map-buckets.ts';
import { MapRuns } from './map-runs.ts';
import { statusChange } from './status-change.ts';

type Events = ReturnType<RunnableMachine['machine']['run']>['eventLogs'];

/** What executions need. */
export interface StateServices extends StateCalls {
  /** Where executions are stored. */
  readonly table: Table<StoredExecution>;
  /** Receives the changes of their status. */
  readonly bus?: Pick<EventBuses, 'put'>;
}

/**
 * Entries in the history of an execution, and those of a retry: failed, scheduled, started.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const MOST_EVENTS = 25_000;
const RETRY_EVENTS = 3;

/** Of AWS, 14 days after the end. */
const REDRIVABLE_MS = 14 * 86_400_000;

/** The machines whose executions are stored in a database, and whose maps read and write these objects. */
export function machinesIn(
  database: Database,
  {
    objects,
    bus,
    ...calls
  }: Omit<StateCalls, 'maps'> & { readonly objects: ObjectService; readonly bus?: Pick<EventBuses, 'put'> },
): StateMachines {
  const maps = new MapRuns({ database, buckets: new MapBuckets(objects), clock: calls.clock });
  return new StateMachines({ ...calls, maps, ...(bus && { bus }), table: database.table('executions') });
}

export class StateMachines {
  private readonly machines = new Map<string, MachineFrom>();
  private readonly executions = new Map<string, Running>();
  /** Runs of Distributed Maps. */
  readonly maps: MapRuns;
  private readonly services: StateServices;
  private isClosed = false;

  constructor(services: StateServices) {
    this.services = services;
    this.maps = services.maps;
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
    this.announce(execution);
    return execution;
  }

  /** Runs an execution from its start, or from the state that it is in. */
  private run(execution: Running): void {
    const { arn, machineArn, name, input, position } = execution;
    const { machine, handlers, events } = this.machine(machineArn)({ executionArn: arn, machineArn, from: position });
    const context = {
      Execution: { Id: arn, Name: name },
      StateMachine: { Id: machineArn, Name: machineArn.split(':').at(-1) },
    };
    const from = position ? position.input : JSON.parse(input);
    const run = machine.run(from, { overrides: { taskResourceLocalHandlers: handlers }, context });
    execution.abort = run.abort;
    this.store(execution);
    const end = (outcome: Partial<Execution>) => {
      // The end of an attempt that was aborted is not that of its redrive.
      if (execution.abort === run.abort) this.end(execution, outcome);
    };
    run.result.then(
      (output) => end({ status: 'SUCCEEDED', output: JSON.stringify(output) }),
      (error) => end(failureOf(error)),
    );
    this.follow(execution, run.eventLogs, events);
  }

  /** Stores each state that the execution enters, and counts the entries of its history. */
  private async follow(execution: Running, events: Events, ofState: RunnableMachine['events']): Promise<void> {
    let isFirst = true;
    for await (const event of events) {
      if (event.type === 'StateRetried') this.count(execution, RETRY_EVENTS);
      if (event.type !== 'StateEntered') continue;
      // After a restart, the first state is the one that was stored: its wait began before.
      const isContinued = isFirst && execution.position?.name === event.state.name;
      isFirst = false;
      if (isContinued) continue;
      execution.position = { ...event.state, enteredAt: this.services.clock.now() };
      this.count(execution, ofState[event.state.name] ?? 0);
      this.store(execution);
    }
  }

  /** Ends an execution whose history is full. */
  private count(execution: Running, more: number): void {
    execution.events = (execution.events ?? 1) + more;
    if (execution.events <= MOST_EVENTS || execution.status !== 'RUNNING') return;
    const cause = `The execution reached the maximum number of history events (${MOST_EVENTS}).`;
    this.end(execution, { status: 'FAILED', error: 'States.Runtime', cause });
    execution.abort?.();
  }

  private store(execution: Running): void {
    // Because the end of the emulator aborts its executions, and the next start continues them.
    if (!this.isClosed) this.services.table.put(execution.arn, storedOf(execution));
  }

  private end(execution: Running, outcome: Partial<Execution>): void {
    if (execution.status !== 'RUNNING') return;
    Object.assign(execution, outcome, { stoppedAt: this.services.clock.now() });
    this.store(execution);
    this.announce(execution);
  }

  /** As Step Functions: without a promise that it arrives. */
  private announce(execution: Execution): void {
    if (!this.isClosed) this.services.bus?.put(statusChange(execution)).catch(() => {});
  }

  /** Aborts an execution. Its current task runs to its end, and no state follows. @throws ServiceError */
  stop(arn: string, error?: string, cause?: string): Execution {
    const execution = this.execution(arn) as Running;
    this.end(execution, { status: 'ABORTED', ...(error ? { error } : {}), ...(cause ? { cause } : {}) });
    execution.abort?.();
    this.maps.abort(arn);
    return execution;
  }

  /**
   * Runs an execution that has not succeeded again, from the state that it ended in, with the same input.
   * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
   * @throws ServiceError
   */
  redrive(arn: string): Date {
    const execution = this.execution(arn) as Running;
    const reason = this.whyNotRedrivable(execution);
    if (reason) throw new ServiceError('ExecutionNotRedrivable', reason);
    this.machine(execution.machineArn);
    Object.assign(execution, { status: 'RUNNING', redriveCount: (execution.redriveCount ?? 0) + 1 });
    for (const field of ['stoppedAt', 'output', 'error', 'cause'] as const) delete execution[field];
    this.run(execution);
    this.announce(execution);
    return this.services.clock.now();
  }

  /** Undefined for an execution that can be redriven. */
  whyNotRedrivable({ status, stoppedAt }: Execution): string | undefined {
    if (status === 'RUNNING') return 'Execution is RUNNING and cannot be redriven';
    if (status === 'SUCCEEDED') return 'Execution is SUCCEEDED and cannot be redriven';
    const isOld = Number(this.services.clock.now()) - Number(stoppedAt) > REDRIVABLE_MS;
    return isOld ? 'Execution redrivable period exceeded' : undefined;
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
    this.maps.close();
    for (const execution of this.executions.values()) if (execution.status === 'RUNNING') this.stop(execution.arn);
  }
}

function failureOf(error: unknown): Partial<Execution> {
  if (error instanceof ExecutionAbortedError) return { status: 'ABORTED' };
  if (!(error instanceof ExecutionError)) return { status: 'TIMED_OUT' };
  const { name, message } = error.cause as Error;
  return { status: 'FAILED', error: name, cause: message };
}
