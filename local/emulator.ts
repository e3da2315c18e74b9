/** The whole laptop: all services put together, one assembly running in them. */

import { ACCOUNT, type Addresses, REGION } from './account.ts';
import { AwsEndpoint, type AwsEndpointOptions } from './aws-endpoint.ts';
import { Clock } from './clock.ts';
import { cloudFormationApi } from './cloudformation/api.ts';
import { readAssembly } from './cloudformation/assembly.ts';
import { CustomResources } from './cloudformation/custom-resources.ts';
import { CONTROL_SERVICE, controlApi } from './cloudformation/deploy-api.ts';
import { type Change, Deployment } from './cloudformation/deployment.ts';
import { cloudWatchApi } from './cloudwatch/api.ts';
import { Metrics } from './cloudwatch/metrics.ts';
import { EventBus, objectCreatedEvent } from './events/bus.ts';
import { type Access, HttpApi } from './http-api/server.ts';
import { lambdaApi } from './lambda/api.ts';
import { Functions } from './lambda/functions.ts';
import { Lambda } from './lambda/invoker.ts';
import { FunctionLogs } from './lambda/logs.ts';
import { Runtime } from './lambda/pool.ts';
import type { Report } from './lambda/report.ts';
import { Workspace } from './lambda/workspace.ts';
import { listen } from './protocol/listen.ts';
import { resourceTypes } from './resources.ts';
import { type ObjectCreated, Objects } from './s3/objects.ts';
import type { QueuePoller } from './sqs/poller.ts';
import { statesApi } from './states/api.ts';
import { StateMachines } from './states/executions.ts';
import { Store } from './store.ts';

export interface EmulatorOptions {
  /** Port of the HTTP API; the AWS services get the next one. 0: any two free ones. */
  readonly port: number;
  /** Folder for logs and temporary files. */
  readonly home: string;
  /** Waiting times are divided by this. */
  readonly speed: number;
  /** Most invocations of a function at a time. */
  readonly concurrency: number;
  readonly onAccess: (access: Access) => void;
  /** Errors of functions and of the laptop's own work. */
  readonly onError: (source: string, message: string) => void;
}

/** How long an invocation waits for its turn, and a process without work lives, ms. */
const QUEUE_MS = 10_000;
const IDLE_MS = 5 * 60_000;

export class Emulator {
  /** Where it listens, once it does. */
  readonly addresses: Addresses = { url: '', endpoint: '' };
  private readonly options: EmulatorOptions;
  private readonly workspace: Workspace;
  private readonly clock: Clock;
  private readonly logs: FunctionLogs;
  private readonly metrics: Metrics;
  private readonly runtime: Runtime;
  private readonly lambda: Lambda;
  private readonly store = new Store();
  private readonly objects: Objects;
  private readonly bus: EventBus;
  private readonly machines: StateMachines;
  private readonly api: HttpApi;
  private readonly door: AwsEndpoint;
  private readonly deployment: Deployment;
  private readonly pollers = new Map<string, QueuePoller>();

  private constructor(options: EmulatorOptions, workspace: Workspace) {
    this.options = options;
    this.workspace = workspace;
    this.clock = new Clock(options.speed);
    this.logs = new FunctionLogs(workspace.logs, options.onError);
    this.metrics = new Metrics(this.clock);
    const functions = new Functions(`arn:aws:lambda:${REGION}:${ACCOUNT}`);
    this.runtime = this.makeRuntime(functions);
    const onDropped = (reference: string, why: string) => options.onError(reference, `dropped: ${why}`);
    this.lambda = new Lambda(functions, this.runtime, { clock: this.clock, onDropped });
    this.bus = new EventBus((arn, event) => this.deliver(arn, event));
    this.objects = new Objects(this.store, (created) => this.tell(created));
    this.machines = new StateMachines({ lambda: this.lambda, clock: this.clock });
    this.api = new HttpApi(this.lambda, options.onAccess);
    const customResources = new CustomResources(this.lambda, this.addresses);
    const onError = (message: string) => options.onError('laptop', message);
    const { lambda, store, objects, bus, machines, api, clock, pollers, addresses } = this;
    const services = {
      lambda,
      store,
      objects,
      bus,
      machines,
      api,
      clock,
      pollers,
      addresses,
      customResources,
      onError,
    };
    this.deployment = new Deployment(resourceTypes(services));
    this.door = new AwsEndpoint({ objects, services: this.services(), customResources, onUnsupported: onError });
  }

  /** @throws PortInUseError */
  static async start(options: EmulatorOptions): Promise<Emulator> {
    const workspace = await Workspace.create(options.home);
    try {
      const laptop = new Emulator(options, workspace);
      await laptop.open();
      return laptop;
    } catch (error) {
      await workspace.clear();
      throw error;
    }
  }

  private async open(): Promise<void> {
    const [api, services] = await listen([this.api.server, this.door.server], this.options.port);
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
    return new Runtime({ workspace, clock, addresses, onLine }, settings, {
      onReport,
      reserved: (name) => functions.reserved(name),
    });
  }

  /** By the names that requests are signed for. */
  private services(): AwsEndpointOptions['services'] {
    const { store } = this;
    return {
      lambda: lambdaApi(this.lambda),
      monitoring: cloudWatchApi(this.metrics),
      cloudformation: cloudFormationApi(this.deployment),
      states: statesApi(this.machines),
      sqs: (request) => store.forward(request),
      sts: (request) => store.forward(request),
      [CONTROL_SERVICE]: controlApi(this.deployment),
    };
  }

  private async deliver(arn: string, event: string): Promise<void> {
    const [, , service, region, , name] = arn.split(':');
    const queue = { QueueUrl: `http://sqs.${region}.localhost/${ACCOUNT}/${name}`, MessageBody: event };
    if (service === 'sqs') await this.store.sqs('SendMessage', queue);
    if (service === 'lambda') this.lambda.invokeLater(arn, event);
  }

  private tell(created: ObjectCreated): void {
    const event = objectCreatedEvent(created, new Date());
    this.bus.put(event).catch((error) => this.options.onError('events', String(error)));
  }

  /** The buckets to put pictures into. */
  get buckets(): string[] {
    return this.objects.notifying();
  }

  /** Runs what the cloud assembly in `folder` says, and goes on with what it shares with the one before. */
  apply(folder: string): Promise<Change[]> {
    return this.deployment.apply(readAssembly(folder));
  }

  /** Lets other commands find this laptop. */
  announce(): void {
    this.workspace.announce(this.addresses);
  }

  /** Ends everything; what is running may take `graceMs` to end by itself, and finds its bucket until then. */
  async stop(graceMs: number): Promise<void> {
    for (const poller of this.pollers.values()) poller.stop();
    this.machines.close();
    this.api.server.close();
    await this.runtime.stop(graceMs);
    this.door.server.close();
    for (const server of [this.api.server, this.door.server]) server.closeAllConnections();
    await this.store.stop();
    await this.logs.close();
    await this.workspace.clear();
  }
}
