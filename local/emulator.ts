/** The emulator: all services, their two addresses, and the stacks deployed to them. */

import { ACCOUNT, type Addresses, REGION } from './account.ts';
import { Clock } from './clock.ts';
import { ssmApi, stsApi } from './cloudformation/account-api.ts';
import { cloudFormationApi } from './cloudformation/api.ts';
import { readAssembly } from './cloudformation/assembly.ts';
import { CustomResources } from './cloudformation/custom-resources.ts';
import { DEPLOY_SERVICE, deployApi } from './cloudformation/deploy-api.ts';
import { type Change, Deployment } from './cloudformation/deployment.ts';
import { cloudWatchApi } from './cloudwatch/api.ts';
import { type Lateness, Metrics } from './cloudwatch/metrics.ts';
import { EventBus } from './events/bus.ts';
import { HttpApis } from './http-api/apis.ts';
import type { Access } from './http-api/server.ts';
import { lambdaApi } from './lambda/api.ts';
import { AccountConcurrency } from './lambda/concurrency.ts';
import { FreshRoles } from './lambda/fresh-roles.ts';
import { Functions } from './lambda/functions.ts';
import { Lambda } from './lambda/invoker.ts';
import { FunctionLogs } from './lambda/logs.ts';
import { lambdaCallOf } from './lambda/operation.ts';
import type { Report } from './lambda/outcome.ts';
import { Runtime } from './lambda/pool.ts';
import { Workspace } from './lambda/workspace.ts';
import { AwsEndpoint, type AwsEndpointOptions } from './protocol/aws-endpoint.ts';
import { type Fault, Faults } from './protocol/faults.ts';
import { jsonOperationOf } from './protocol/json-service.ts';
import { listen } from './protocol/listen.ts';
import { queryOperationOf } from './protocol/query-service.ts';
import type { ServiceRequest } from './protocol/service.ts';
import { resourceTypes } from './resources.ts';
import { Announcements } from './s3/announcements.ts';
import { S3Api } from './s3/api.ts';
import { Objects } from './s3/objects.ts';
import { Topics } from './sns/topics.ts';
import { sqsApi } from './sqs/api.ts';
import type { QueuePoller } from './sqs/poller.ts';
import { Queues } from './sqs/queues.ts';
import { statesApi } from './states/api.ts';
import { StateMachines } from './states/executions.ts';
import { Store } from './store.ts';

export interface EmulatorOptions {
  /** Port of the HTTP API; the AWS services get the next one. 0: any two free ports. */
  readonly port: number;
  /** Folder for logs and temporary files. */
  readonly home: string;
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
const QUEUE_MS = 10_000;
const IDLE_MS = 5 * 60_000;

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
  private readonly store = new Store();
  private readonly queues = new Queues(this.store);
  private readonly topics = new Topics(this.queues);
  private readonly bus = new EventBus(this.queues);
  private readonly announcements: Announcements;
  private readonly objects: Objects;
  private readonly machines: StateMachines;
  private readonly apis: HttpApis;
  private readonly awsEndpoint: AwsEndpoint;
  private readonly customResources: CustomResources;
  private readonly deployment: Deployment;
  private readonly pollers = new Map<string, QueuePoller>();

  private constructor(options: EmulatorOptions, workspace: Workspace) {
    this.options = options;
    this.workspace = workspace;
    this.clock = new Clock(options.speed);
    this.freshRoles = new FreshRoles(options.freshRoles, this.clock);
    this.logs = new FunctionLogs(workspace.logs, options.onError);
    this.metrics = new Metrics(this.clock, options.lateMetrics);
    const concurrency = new AccountConcurrency(options.accountConcurrency);
    const functions = new Functions(`arn:aws:lambda:${REGION}:${ACCOUNT}`, { concurrency });
    this.runtime = this.makeRuntime(functions);
    this.lambda = new Lambda(functions, this.runtime);
    this.announcements = new Announcements(this.bus, this.topics, this.onError);
    this.objects = new Objects(this.store, this.announcements);
    this.machines = new StateMachines({ lambda: this.lambda, clock: this.clock });
    const { onAccess, signed, allowedHosts } = options;
    this.apis = new HttpApis({ lambda: this.lambda, onAccess, signed, allowedHosts });
    this.customResources = new CustomResources({ lambda: this.lambda, clock: this.clock }, this.addresses);
    this.deployment = this.makeDeployment();
    this.awsEndpoint = new AwsEndpoint(this.endpointOptions());
  }

  /** @throws PortInUseError */
  static async start(options: EmulatorOptions): Promise<Emulator> {
    const workspace = await Workspace.create(options.home);
    try {
      const emulator = new Emulator(options, workspace);
      await emulator.listen();
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

  private makeDeployment(): Deployment {
    const services = {
      lambda: this.lambda,
      store: this.store,
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
    return new Deployment(resourceTypes(services));
  }

  private endpointOptions(): AwsEndpointOptions {
    const s3 = new S3Api(this.objects);
    const { faults: chosen, seed } = this.options;
    const faults = new Faults(chosen, { seed, operationOf: (service, request) => operationOf(service, request, s3) });
    return {
      services: {
        s3: (request) => s3.serve(request),
        lambda: lambdaApi(this.lambda),
        monitoring: cloudWatchApi(this.metrics),
        cloudformation: cloudFormationApi(this.deployment),
        states: statesApi(this.machines),
        sqs: sqsApi(this.store),
        ssm: ssmApi(),
        sts: stsApi(),
        [DEPLOY_SERVICE]: deployApi(this.deployment, this.workspace.token),
      },
      intercept: (request, service) => {
        this.freshRoles.check(request);
        faults.check(service, request);
      },
      unsigned: [this.customResources, s3],
      allowedHosts: this.options.allowedHosts,
      allowsPage: (request) => s3.allowsPage(request),
      extraHeaders: (request) => s3.corsHeaders(request),
      onUnsupported: this.onError,
    };
  }

  private readonly onError = (message: string) => this.options.onError('emulator', message);

  /** Names of the buckets for uploads. */
  get buckets(): string[] {
    return this.objects.announcing();
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
    await this.store.stop();
    await this.logs.close();
    await this.workspace.clear();
  }
}

function operationOf(service: string, request: ServiceRequest, s3: S3Api): string | undefined {
  if (service === 's3') return s3.operationOf(request);
  if (service === 'lambda') return lambdaCallOf(request)?.operation;
  return queryOperationOf(request) ?? jsonOperationOf(request);
}
