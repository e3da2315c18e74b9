/** The emulator: all services, their two addresses, and the stacks deployed to them. */

import { ACCOUNT, type Addresses, REGION } from './account.ts';
import { Clock } from './clock.ts';
import { readAssembly } from './cloudformation/assembly.ts';
import { CustomResources } from './cloudformation/custom-resources.ts';
import { type Change, Deployment } from './cloudformation/deployment.ts';
import { Stacks } from './cloudformation/stacks.ts';
import { type Lateness, Metrics } from './cloudwatch/metrics.ts';
import { EventBuses } from './events/bus.ts';
import { HttpApis } from './http-api/apis.ts';
import type { Access } from './http-api/server.ts';
import { AccountConcurrency } from './lambda/concurrency.ts';
import { FreshRoles } from './lambda/fresh-roles.ts';
import type { StoredFunction } from './lambda/function-types.ts';
import { Functions } from './lambda/functions.ts';
import { Lambda } from './lambda/invoker.ts';
import { FunctionLogs } from './lambda/logs.ts';
import type { Report } from './lambda/outcome.ts';
import { Runtime } from './lambda/pool.ts';
import { Workspace } from './lambda/workspace.ts';
import { AwsEndpoint, type AwsEndpointOptions } from './protocol/aws-endpoint.ts';
import { type Fault, Faults } from './protocol/faults.ts';
import { listen } from './protocol/listen.ts';
import { operationOf, resourceTypes, serviceApis } from './resources.ts';
import { Announcements } from './s3/announcements.ts';
import { S3Api } from './s3/api.ts';
import { Objects } from './s3/objects.ts';
import { Topics } from './sns/topics.ts';
import type { QueuePoller } from './sqs/poller.ts';
import { Queues } from './sqs/queues.ts';
import { machinesIn, type StateMachines } from './states/executions.ts';
import { State } from './storage/state.ts';
import { Upkeep } from './storage/upkeep.ts';

export interface EmulatorOptions {
  /** Port of the HTTP API; the AWS services get the next one. 0: any two free ports. */
  readonly port: number;
  /** Folder for logs and temporary files. */
  readonly home: string;
  /** Folder of the state, with which the next start goes on. Absent: nothing stays. */
  readonly state?: string;
  /** Waiting times are divided by this. */
  readonly speed: number;
  /** Processes of a function that run at a time. */
  readonly concurrency: number;
  /** Concurrent invocations of all functions together. */
  readonly accountConcurrency: number;
  /** Seconds during which functions with new roles are refused by all services. */
  readonly freshRoles: number;
  /** How late metrics come. */
  readonly lateMetrics: Lateness;
  /** Calls that fail on purpose, chosen by the seed. */
  readonly faults: readonly Fault[];
  readonly seed: number;
  /** Whether routes of the HTTP API with `AWS_IAM` require a signature. */
  readonly signed: boolean;
  /** Host names besides those of this machine, in lower case. */
  readonly allowedHosts: readonly string[];
  readonly onAccess: (access: Access) => void;
  /** Called for errors of functions and of the emulator itself. */
  readonly onError: (source: string, message: string) => void;
}

/** Time that an invocation waits before it is throttled, and after which an idle process ends, ms. */
const [QUEUE_MS, IDLE_MS] = [10_000, 5 * 60_000];

export class Emulator {
  /** Empty until `start` resolves. */
  readonly addresses: Addresses = { url: '', endpoint: '' };
  private readonly options: EmulatorOptions;
  private readonly workspace: Workspace;
  private readonly clock: Clock;
  private readonly freshRoles: FreshRoles;
  private readonly logs: FunctionLogs;
  private readonly metrics: Metrics;
  private readonly runtime: Runtime;
  private readonly lambda: Lambda;
  private readonly state: State;
  private readonly queues: Queues;
  private readonly topics: Topics;
  private readonly bus: EventBuses;
  private readonly announcements: Announcements;
  private readonly objects: Objects;
  private readonly machines: StateMachines;
  private readonly apis: HttpApis;
  private readonly awsEndpoint: AwsEndpoint;
  private readonly customResources: CustomResources;
  private readonly deployment: Deployment;
  private readonly pollers = new Map<string, QueuePoller>();
  private readonly upkeep: Upkeep;
  private readonly opened = Promise.withResolvers<void>();

  private constructor(options: EmulatorOptions, workspace: Workspace, state: State) {
    const { database, store, savedAt } = state;
    this.options = options;
    this.workspace = workspace;
    this.state = state;
    this.queues = new Queues(store);
    this.topics = new Topics(this.queues);
    this.bus = new EventBuses(this.queues);
    this.clock = new Clock(options.speed, savedAt);
    this.freshRoles = new FreshRoles(options.freshRoles, this.clock);
    this.logs = new FunctionLogs(workspace.logs, options.onError);
    this.metrics = new Metrics(this.clock, { lateness: options.lateMetrics, database });
    const concurrency = new AccountConcurrency(options.accountConcurrency);
    const stored = { concurrency, table: database.table<StoredFunction>('functions') };
    const functions = new Functions(`arn:aws:lambda:${REGION}:${ACCOUNT}`, stored);
    this.runtime = this.makeRuntime(functions);
    this.lambda = new Lambda(functions, this.runtime);
    this.announcements = new Announcements({ bus: this.bus, topics: this.topics, queues: this.queues }, this.onError);
    this.objects = new Objects({ store, table: database.table('versions', 'keys') }, this.announcements);
    const { lambda, bus } = this;
    this.machines = machinesIn(database, { lambda, bus, clock: this.clock, objects: this.objects });
    const { onAccess, signed, allowedHosts } = options;
    this.apis = new HttpApis({ lambda: this.lambda, onAccess, signed, allowedHosts, opened: this.opened.promise });
    this.customResources = new CustomResources({ lambda: this.lambda, clock: this.clock }, this.addresses);
    this.deployment = new Deployment(resourceTypes(this.services()), new Stacks(database));
    this.awsEndpoint = new AwsEndpoint(this.endpointOptions());
    const { clock, metrics, objects, onError } = this;
    this.upkeep = new Upkeep({ clock, metrics, objects, state, onError });
  }

  /** @throws PortInUseError, StateInUseError, StateFormatError, RestoreError */
  static async start(options: EmulatorOptions): Promise<Emulator> {
    const workspace = await Workspace.create(options.home);
    try {
      const state = await State.open({ temporary: workspace.tmp, durable: options.state });
      const emulator = new Emulator(options, workspace, state);
      await emulator.listen();
      await emulator.deployment.restore();
      emulator.opened.resolve();
      emulator.upkeep.start();
      return emulator;
    } catch (error) {
      await workspace.clear();
      throw error;
    }
  }

  private async listen(): Promise<void> {
    const [api, services] = await listen([this.apis.server, this.awsEndpoint.server], this.options.port);
    Object.assign(this.addresses, { url: `http://localhost:${api}`, endpoint: `http://127.0.0.1:${services}` });
  }

  private makeRuntime(functions: Functions): Runtime {
    const { workspace, clock, addresses, options } = this;
    const onLine = (...[version, line, stream]: Parameters<FunctionLogs['line']>) => {
      this.metrics.line(line);
      this.logs.line(version, line, stream);
    };
    const onReport = (report: Report) => {
      this.metrics.invocation(report);
      this.logs.report(report);
    };
    const settings = { concurrency: options.concurrency, queueMs: QUEUE_MS, idleMs: IDLE_MS };
    return new Runtime({ workspace, clock, addresses, signed: options.signed, onLine }, settings, {
      onReport,
      concurrency: functions.concurrency,
    });
  }

  private services() {
    return {
      lambda: this.lambda,
      store: this.state.store,
      database: this.state.database,
      queues: this.queues,
      topics: this.topics,
      bus: this.bus,
      announcements: this.announcements,
      objects: this.objects,
      machines: this.machines,
      apis: this.apis,
      clock: this.clock,
      pollers: this.pollers,
      addresses: this.addresses,
      customResources: this.customResources,
      onError: this.onError,
      freshRoles: this.freshRoles,
    };
  }

  private endpointOptions(): AwsEndpointOptions {
    const s3 = new S3Api(this.objects);
    const { faults: chosen, seed } = this.options;
    const faults = new Faults(chosen, { seed, operationOf: (service, request) => operationOf(service, request, s3) });
    return {
      services: serviceApis({
        ...this.services(),
        s3,
        metrics: this.metrics,
        deployment: this.deployment,
        token: this.workspace.token,
      }),
      intercept: (request, service) => {
        this.freshRoles.check(request);
        faults.check(service, request);
      },
      unsigned: [this.customResources, s3],
      allowedHosts: this.options.allowedHosts,
      allowsPage: (request) => s3.allowsPage(request),
      extraHeaders: (request) => s3.corsHeaders(request),
      onUnsupported: this.onError,
      opened: this.opened.promise,
    };
  }

  private readonly onError = (message: string) => this.options.onError('emulator', message);

  /** Names of the buckets for uploads. */
  get buckets(): string[] {
    return this.objects.announcing();
  }

  /** Whether this start goes on with the state of an earlier one. */
  get isContinued(): boolean {
    return this.state.savedAt !== undefined;
  }

  /** Folders of code and layers that versions of functions use. */
  folders(): ReadonlySet<string> {
    return this.lambda.functions.folders();
  }

  /** Deploys the cloud assembly in `folder`: creates, updates and removes resources. @throws UnsupportedError */
  apply(folder: string): Promise<Change[]> {
    return this.deployment.apply(readAssembly(folder));
  }

  /** Publishes the addresses, so that other commands find this emulator. */
  announce(): void {
    this.workspace.announce(this.addresses);
  }

  /** Stops everything. Running invocations have `graceMs` to end; until then the AWS services stay reachable. */
  async stop(graceMs: number): Promise<void> {
    for (const poller of this.pollers.values()) poller.stop();
    this.machines.close();
    this.apis.close();
    await this.runtime.stop(graceMs);
    this.awsEndpoint.server.close();
    for (const each of [this.apis, this.awsEndpoint.server]) each.closeAllConnections();
    this.upkeep.end();
    await this.state.close();
    this.logs.close();
    await this.workspace.clear();
  }
}
