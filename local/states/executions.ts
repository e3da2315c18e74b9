/** Step Functions' executions of state machines. They live as long as the emulator. */

import { randomUUID } from 'node:crypto';
import { ExecutionAbortedError, ExecutionError } from 'aws-local-stepfunctions';
import type { Clock } from '../clock.ts';
import type { Lambda } from '../lambda/invoker.ts';
import { ServiceError } from '../protocol/json-service.ts';
import { type RunnableMachine, runnable } from './definition.ts';

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

interface Running extends Execution {
  abort(): void;
}

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

  /** Starts an execution. Returns the running one of the same name and input, if there is one. @throws ServiceError */
  start(machineArn: string, input = '{}', name: string = randomUUID()): Execution {
    const machine = this.machine(machineArn);
    const arn = `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = this.executions.get(arn);
    if (known?.status === 'RUNNING' && known.input === input) return known;
    if (known) throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    return this.run(machine, { arn, machineArn, name, input });
  }

  private run(
    { machine, handlers }: RunnableMachine,
    identity: Pick<Execution, 'arn' | 'machineArn' | 'name' | 'input'>,
  ): Execution {
    const { arn, machineArn, name, input } = identity;
    const context = {
      Execution: { Id: arn, Name: name },
      StateMachine: { Id: machineArn, Name: machineArn.split(':').at(-1) },
    };
    const run = machine.run(JSON.parse(input), { overrides: { taskResourceLocalHandlers: handlers }, context });
    const execution: Running = {
      ...identity,
      startedAt: this.services.clock.now(),
      status: 'RUNNING',
      abort: run.abort,
    };
    this.executions.set(arn, execution);
    run.result.then(
      (output) => this.end(execution, { status: 'SUCCEEDED', output: JSON.stringify(output) }),
      (error) => this.end(execution, failureOf(error)),
    );
    discard(run.eventLogs);
    return execution;
  }

  private end(execution: Running, outcome: Partial<Execution>): void {
    if (execution.status === 'RUNNING') Object.assign(execution, outcome, { stoppedAt: this.services.clock.now() });
  }

  /** Aborts an execution. Its current task runs to its end, and no state follows. @throws ServiceError */
  stop(arn: string, error?: string, cause?: string): Execution {
    const execution = this.execution(arn) as Running;
    this.end(execution, { status: 'ABORTED', ...(error ? { error } : {}), ...(cause ? { cause } : {}) });
    execution.abort();
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

  private machine(arn: string): RunnableMachine {
    const found = this.machines.get(arn);
    if (!found) throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return found;
  }

  /** Aborts all executions. */
  close(): void {
    for (const execution of this.executions.values()) if (execution.status === 'RUNNING') this.stop(execution.arn);
  }
}

/** Because the library keeps each event, with its input, until it is read. */
async function discard(events: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of events);
}

function failureOf(error: unknown): Partial<Execution> {
  if (error instanceof ExecutionAbortedError) return { status: 'ABORTED' };
  if (!(error instanceof ExecutionError)) return { status: 'TIMED_OUT' };
  const { name, message } = error.cause as Error;
  return { status: 'FAILED', error: name, cause: message };
}
