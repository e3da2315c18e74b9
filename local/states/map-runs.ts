/**
 * Runs Distributed Maps. Every child is stored when it begins and ends, so a map run goes on after a restart: a child
 * that had not ended runs again.
 */

import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../protocol/json-service.ts';
import type { Database, Table } from '../storage/database.ts';
import { batchesOf } from './item-batcher.ts';
import { readItems } from './item-reader.ts';
import type { Json } from './json.ts';
import type { MapBuckets } from './map-buckets.ts';
import { type Child, isOverTolerance, type MapRun } from './map-run.ts';
import { type MapState, planOf } from './map-state.ts';
import { writeResults } from './result-writer.ts';
import { StateFailedError } from './task-error.ts';

/** Children that AWS runs at a time at most. */
const MOST_PARALLEL = 10_000;

/** Runs one child. */
export type RunChild = (input: Json) => { readonly result: Promise<Json>; readonly abort: () => void };

/** The state that starts a map run, and its execution. */
export interface MapCall {
  readonly name: string;
  readonly state: MapState;
  readonly executionArn: string;
  readonly machineArn: string;
  readonly runChild: RunChild;
}

interface Active {
  readonly run: MapRun;
  readonly children: Child[];
  readonly keys: Map<Child, string>;
  /** Aborts the children that run. The end of any other child is ignored, because it was aborted. */
  readonly aborts: Map<Child, () => void>;
  /** Starts children up to the concurrency. */
  fill: () => void;
}

export class MapRuns {
  private readonly runs = new Map<string, Active>();
  private readonly tables: { readonly runs: Table<MapRun>; readonly children: Table<Child> };
  private readonly database: Database;
  private readonly buckets: MapBuckets;
  private readonly clock: Clock;
  private isClosed = false;

  constructor({ database, buckets, clock }: { database: Database; buckets: MapBuckets; clock: Clock }) {
    this.database = database;
    this.buckets = buckets;
    this.clock = clock;
    this.tables = { runs: database.table('map_runs'), children: database.table('map_children') };
    const stored = Map.groupBy(this.tables.children.entries(), ([key]) => key.slice(0, key.lastIndexOf('#')));
    for (const [arn, run] of this.tables.runs.entries()) {
      this.runs.set(arn, activeOf(run, stored.get(arn)?.map(([, child]) => child) ?? []));
    }
  }

  /** Runs the map, or what an earlier process or attempt has left of it. @throws StateFailedError */
  async run(call: MapCall, input: Json): Promise<Json> {
    const left = [...this.runs.values()].find(
      ({ run }) => run.executionArn === call.executionArn && run.state === call.name && run.status !== 'SUCCEEDED',
    );
    if (left) this.continue(left);
    const active = left ?? (await this.open(call, input));
    await this.drive(active, call.runChild);
    return this.end(active);
  }

  private async open({ name, state, executionArn, machineArn }: MapCall, input: Json): Promise<Active> {
    const plan = planOf(name, state, input);
    const batches = batchesOf(await readItems(plan.source, plan.mostItems, this.buckets), plan.batch);
    const { writer, maxConcurrency, toleratedFailurePercentage } = plan;
    const label = state.Label ?? name;
    const run: MapRun = {
      arn: `${machineArn.replace(':stateMachine:', ':mapRun:')}/${label}:${randomUUID()}`,
      ...{ executionArn, machineArn, label, writer, maxConcurrency, toleratedFailurePercentage },
      state: name,
      startedAt: this.now(),
      status: 'RUNNING',
      redriveCount: 0,
    };
    const children = batches.map((batch): Child => ({ name: randomUUID(), ...batch, status: 'PENDING' }));
    const active = activeOf(run, children);
    this.runs.set(run.arn, active);
    this.storeAll(active);
    return active;
  }

  /** Children that have not succeeded run again: after a restart, and in a redrive of the execution. */
  private continue(active: Active): void {
    const { run, children } = active;
    if (run.status !== 'RUNNING') {
      run.redriveCount += 1;
      run.redrivenAt = this.now();
      run.status = 'RUNNING';
      delete run.stoppedAt;
    }
    for (const child of children) {
      if (child.status === 'SUCCEEDED') continue;
      child.status = 'PENDING';
      for (const field of ['error', 'cause', 'startedAt', 'stoppedAt'] as const) delete child[field];
    }
    this.storeAll(active);
  }

  /** Resolves when no child runs, and none is to be started. */
  private drive(active: Active, runChild: RunChild): Promise<void> {
    const { run, children, aborts } = active;
    const pending = children.filter(({ status }) => status === 'PENDING').values();
    return new Promise((resolve, reject) => {
      let hasNext = true;
      active.fill = () => {
        // The rest is left to the next start.
        if (this.isClosed) return reject(new Error('The emulator ends'));
        while (hasNext && run.status === 'RUNNING' && aborts.size < limitOf(run)) {
          const { value: child, done } = pending.next();
          hasNext = !done;
          if (child) this.start(active, child, runChild);
        }
        if (aborts.size === 0) resolve();
      };
      active.fill();
    });
  }

  private start(active: Active, child: Child, runChild: RunChild): void {
    child.status = 'RUNNING';
    child.startedAt = this.now();
    this.storeChild(active, child);
    const { result, abort } = runChild(JSON.parse(child.input));
    active.aborts.set(child, abort);
    const end = (outcome: Partial<Child>) => {
      if (active.aborts.get(child) === abort) this.endChild(active, child, outcome);
    };
    result.then(
      (output) => end({ status: 'SUCCEEDED', output: JSON.stringify(output) }),
      (error: unknown) => end({ status: 'FAILED', ...reasonOf(error) }),
    );
  }

  private endChild(active: Active, child: Child, outcome: Partial<Child>): void {
    active.aborts.delete(child);
    if (this.isClosed) return;
    Object.assign(child, outcome, { stoppedAt: this.now() });
    this.storeChild(active, child);
    if (outcome.status === 'FAILED' && isOverTolerance(active.run, active.children)) this.halt(active, 'FAILED');
    active.fill();
  }

  /** Ends a map run before all of its children have run. */
  private halt(active: Active, status: 'FAILED' | 'ABORTED'): void {
    const { run, children, aborts } = active;
    run.status = status;
    for (const child of children) {
      if (child.status !== 'RUNNING') continue;
      Object.assign(child, { status: 'ABORTED', stoppedAt: this.now() });
      this.storeChild(active, child);
    }
    const running = [...aborts.values()];
    aborts.clear();
    for (const abort of running) abort();
  }

  private async end({ run, children }: Active): Promise<Json> {
    if (run.status === 'RUNNING') run.status = 'SUCCEEDED';
    run.stoppedAt = this.now();
    const Key = await writeResults(run, children, this.buckets);
    if (!this.isClosed) this.tables.runs.put(run.arn, run);
    if (run.status === 'FAILED') {
      const message = 'The specified tolerated failure threshold was exceeded';
      throw new StateFailedError('States.ExceedToleratedFailureThreshold', message);
    }
    return { MapRunArn: run.arn, ResultWriterDetails: { Bucket: run.writer.bucket, Key } };
  }

  /** Aborts the map run of an execution that was stopped. Its result files are written. */
  abort(executionArn: string): void {
    for (const active of this.runs.values()) {
      if (active.run.executionArn !== executionArn || active.run.status !== 'RUNNING') continue;
      this.halt(active, 'ABORTED');
      active.fill();
    }
  }

  /** @throws ServiceError */
  find(arn: string): { readonly run: MapRun; readonly children: readonly Child[] } {
    const found = this.runs.get(arn);
    if (found) return found;
    throw new ServiceError('ResourceNotFound', `Resource not found: '${arn}'`);
  }

  /** Map runs of an execution, newest first. */
  list(executionArn: string): MapRun[] {
    const all = [...this.runs.values()].map(({ run }) => run);
    return all.filter((run) => run.executionArn === executionArn).toReversed();
  }

  /** Changes a running map run. @throws ServiceError */
  update(arn: string, changes: Partial<Pick<MapRun, 'maxConcurrency' | 'toleratedFailurePercentage'>>): void {
    this.find(arn);
    const active = this.runs.get(arn) as Active;
    Object.assign(active.run, changes);
    this.tables.runs.put(arn, active.run);
    active.fill();
  }

  /** Starts no child any more. Those that run are started again after the next start. */
  close(): void {
    this.isClosed = true;
    for (const { fill } of this.runs.values()) fill();
  }

  private storeAll({ run, keys }: Active): void {
    this.database.together(() => {
      this.tables.runs.put(run.arn, run);
      for (const [child, key] of keys) this.tables.children.put(key, child);
    });
  }

  private storeChild({ keys }: Active, child: Child): void {
    if (!this.isClosed) this.tables.children.put(keys.get(child) ?? '', child);
  }

  private now(): string {
    return this.clock.now().toISOString();
  }
}

function activeOf(run: MapRun, children: Child[]): Active {
  const keys = new Map(children.map((child, index) => [child, `${run.arn}#${index}`]));
  return { run, children, keys, aborts: new Map(), fill: () => {} };
}

function limitOf({ maxConcurrency }: MapRun): number {
  return Math.min(maxConcurrency || MOST_PARALLEL, MOST_PARALLEL);
}

function reasonOf(error: unknown): Pick<Child, 'error' | 'cause'> {
  // The library wraps the error of the state.
  const { name, message } = ((error as Error).cause ?? error) as Error;
  return { error: name, cause: message };
}
