/** The whole laptop: all services put together, one assembly running in them. */

import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { readAssembly } from './assembly.ts';
import { Clock } from './clock.ts';
import { cloudWatchApi } from './cloudwatch-api.ts';
import { CONTROL_SERVICE, controlApi } from './control.ts';
import { CustomResources } from './custom-resources.ts';
import { type Change, Deployment } from './deployment.ts';
import { ACCOUNT, REGION } from './environment.ts';
import { EventBus, objectCreatedEvent } from './event-bus.ts';
import { FrontDoor } from './front-door.ts';
import { FunctionLogs } from './function-logs.ts';
import { Functions } from './functions.ts';
import { type Access, HttpApi } from './http-api.ts';
import { Lambda } from './lambda.ts';
import { lambdaApi } from './lambda-api.ts';
import { StateMachines } from './machine.ts';
import { Metrics } from './metrics.ts';
import { Objects } from './objects.ts';
import { listen } from './ports.ts';
import type { QueuePoller } from './queues.ts';
import { Reaper } from './reaper.ts';
import { resourceTypes, type World } from './resources.ts';
import { announce, RUN_PREFIX } from './running.ts';
import { type Report, Runtime } from './runtime.ts';
import { RuntimeApi } from './runtime-api.ts';
import type { SandboxHost } from './sandbox.ts';
import type { Service } from './service.ts';
import { statesApi } from './states-api.ts';
import { Store } from './store.ts';

export interface LaptopOptions {
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

export class Laptop {
  /** Address of the HTTP API. */
  readonly url: string;
  /** Address of S3, SQS and Lambda: `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  readonly buckets: () => string[];
  private readonly parts: Parts;

  private constructor(parts: Parts) {
    this.parts = parts;
    this.url = `http://localhost:${parts.ports.api}`;
    this.endpoint = `http://localhost:${parts.ports.services}`;
    this.buckets = () => parts.objects.names();
  }

  /** @throws PortTaken */
  static async start(options: LaptopOptions): Promise<Laptop> {
    const tmp = temporaryFolder(options.home);
    const reaper = new Reaper(tmp);
    try {
      return new Laptop(await assemble(options, { tmp, reaper }));
    } catch (error) {
      await reaper.finish();
      throw error;
    }
  }

  /** Runs what the cloud assembly in `folder` says, and goes on with what it shares with the one before. */
  apply(folder: string): Promise<Change[]> {
    return this.parts.deployment.apply(readAssembly(folder));
  }

  /** Lets other commands find this laptop. */
  announce(): void {
    announce(this.parts.tmp, { url: this.url, endpoint: this.endpoint, pid: process.pid });
  }

  /** Ends everything; what is running may take `graceMs` to end by itself. */
  async stop(graceMs: number): Promise<void> {
    const { pollers, machines, servers, runtime, runtimeApi, store, logs, reaper } = this.parts;
    for (const poller of pollers.values()) poller.stop();
    machines.close();
    for (const server of servers) server.close();
    await runtime.stop(graceMs);
    for (const server of servers) server.closeAllConnections();
    runtimeApi.stop();
    await store.stop();
    await logs.close();
    await reaper.finish();
  }
}

type Parts = Awaited<ReturnType<typeof assemble>>;

async function assemble(options: LaptopOptions, { tmp, reaper }: { readonly tmp: string; readonly reaper: Reaper }) {
  const { home, onError } = options;
  const clock = new Clock(options.speed);
  const runtimeApi = await RuntimeApi.start();
  const logs = new FunctionLogs(join(home, 'logs'), onError);
  const metrics = new Metrics(clock);
  const store = new Store();
  const functions = new Functions(`arn:aws:lambda:${REGION}:${ACCOUNT}`);
  const pollers = new Map<string, QueuePoller>();

  // Processes must know the address of the services, which is known when the doors are open, onto nothing yet.
  const host = {
    api: runtimeApi,
    reaper,
    clock,
    tmp,
    bootstrap: bootstrapIn(tmp),
    endpoint: '',
    onLine: lineTo(logs, metrics),
  };
  const runtime = new Runtime(
    host,
    { concurrency: options.concurrency, queueMs: QUEUE_MS, idleMs: IDLE_MS },
    { onReport: reportTo(logs, metrics), reserved: (name) => functions.reserved(name) },
  );
  const lambda = new Lambda(functions, runtime, { clock, onDropped: (to, why) => onError(to, `dropped: ${why}`) });
  const bus = new EventBus(deliver(store, lambda));
  const objects = new Objects(store, (created) => {
    bus.put(objectCreatedEvent(created, new Date())).catch((error) => onError('events', String(error)));
  });
  const api = new HttpApi(lambda, options.onAccess);
  const machines = new StateMachines({ lambda, clock });
  const services: Record<string, Service> = {
    lambda: lambdaApi(lambda),
    monitoring: cloudWatchApi(metrics),
    states: statesApi(machines),
    sqs: (request) => store.forward(request),
    sts: (request) => store.forward(request),
  };
  const door = new FrontDoor({
    objects,
    services,
    onAnswer: (token, body) => customResources.answer(token, body),
    onUnsupported: (message) => onError('laptop', message),
  });
  const servers: Server[] = [api.server, door.server];
  const [apiPort = 0, servicesPort = 0] = await listen(servers, options.port);
  host.endpoint = `http://127.0.0.1:${servicesPort}`;
  const customResources = new CustomResources(lambda, host.endpoint);
  const world: World = {
    ...{ lambda, store, objects, bus, api, machines, customResources, clock, pollers },
    endpoint: host.endpoint,
    url: `http://localhost:${apiPort}`,
    onError: (message) => onError('laptop', message),
  };
  const deployment = new Deployment(resourceTypes(world));
  services[CONTROL_SERVICE] = controlApi(deployment);
  const ports = { api: apiPort, services: servicesPort };
  return { deployment, pollers, servers, runtime, runtimeApi, store, logs, reaper, objects, machines, ports, tmp };
}

function lineTo(logs: FunctionLogs, metrics: Metrics): SandboxHost['onLine'] {
  return (version, line, stream) => {
    metrics.line(line);
    logs.line(version, line, stream);
  };
}

function reportTo(logs: FunctionLogs, metrics: Metrics): (report: Report) => void {
  return (report) => {
    metrics.invocation(report);
    logs.report(report);
  };
}

function deliver(store: Store, lambda: Lambda): (arn: string, event: string) => Promise<void> {
  return async (arn, event) => {
    const [, , service, region, , name] = arn.split(':');
    if (service === 'sqs') {
      await store.sqs('SendMessage', {
        QueueUrl: `http://sqs.${region}.localhost/${ACCOUNT}/${name}`,
        MessageBody: event,
      });
    }
    if (service === 'lambda') lambda.invokeLater(arn, event);
  };
}

function temporaryFolder(home: string): string {
  mkdirSync(home, { recursive: true });
  return mkdtempSync(join(home, RUN_PREFIX));
}

/** The runtime client without its types: Node would strip them again at every cold start, for 45 ms. */
function bootstrapIn(folder: string): string {
  const source = readFileSync(join(import.meta.dirname, 'bootstrap.ts'), 'utf8');
  const file = join(folder, 'bootstrap.mjs');
  writeFileSync(file, transformSync(source, { loader: 'ts', target: 'node24' }).code);
  return file;
}
