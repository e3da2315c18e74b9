/** The facts of the synthesized templates that the bill depends on. */

import { ENV, type EndpointSettings } from '../../functions/contract.ts';

/** A resource of a template. Properties have no types, so each is checked where it is read. */
interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A CloudFormation template. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

/** An endpoint's stack. */
export interface EndpointFacts {
  readonly name: string;
  readonly memoryMb: number;
  /** Share of HTTP requests whose input is stored, 0–1. */
  readonly capture: number;
  /** Whether X-Ray records traces of its functions. */
  readonly traced: boolean;
  /** Memory of the function that runs the ticks of rollouts. */
  readonly rolloutMemoryMb: number;
  /** Memory of the function that looks for drift. Absent: there is none. */
  readonly driftMemoryMb?: number;
  readonly alarms: number;
  /** Queues that Lambda polls. */
  readonly polledQueues: number;
  /** Filters that SNS applies to every message about an upload. */
  readonly uploadFilters: number;
}

/** The stack that all endpoints share. */
export interface PlatformFacts {
  readonly alarms: number;
  readonly dashboards: number;
  readonly keys: number;
  /** Memory of the function that compacts results into tables. Absent: there are no tables. */
  readonly compactionMemoryMb?: number;
  /** Queues that Lambda polls: those of events. */
  readonly polledQueues: number;
  /** Receivers of events; undefined: the deployment has no events. */
  readonly receivers?: number;
}

/** A template does not have what the bill depends on. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** The facts of an endpoint's template. @throws TemplateError */
export function endpointFacts(template: Template): EndpointFacts {
  const detector = propertiesOf(template, 'AWS::Lambda::Function', /^DetectorFunction/);
  const rollout = propertiesOf(template, 'AWS::Lambda::Function', /^RolloutFunction/);
  const drift = memoryOf(template, 'DriftMonitorFunction');
  const { Variables } = detector.Environment as { Variables: Record<string, string> };
  const { name, capture } = JSON.parse(Variables[ENV.endpoint] ?? '{}') as EndpointSettings;
  return {
    name,
    capture,
    memoryMb: Number(detector.MemorySize),
    traced: detector.TracingConfig !== undefined,
    rolloutMemoryMb: Number(rollout.MemorySize),
    ...(drift !== undefined && { driftMemoryMb: drift }),
    alarms: count(template, 'AWS::CloudWatch::Alarm'),
    polledQueues: count(template, 'AWS::Lambda::EventSourceMapping'),
    uploadFilters: count(template, 'AWS::SNS::Subscription'),
  };
}

/** The facts of the platform's template. */
export function platformFacts(template: Template): PlatformFacts {
  const compaction = memoryOf(template, 'TablesFunction');
  return {
    ...(compaction !== undefined && { compactionMemoryMb: compaction }),
    alarms: count(template, 'AWS::CloudWatch::Alarm'),
    dashboards: count(template, 'AWS::CloudWatch::Dashboard'),
    keys: count(template, 'AWS::KMS::Key'),
    polledQueues: count(template, 'AWS::Lambda::EventSourceMapping'),
    // Besides the queue of the bus, each receiver has one.
    ...(count(template, 'AWS::Events::EventBus') > 0 && {
      receivers: count(template, 'AWS::Lambda::EventSourceMapping') - 1,
    }),
  };
}

/** Memory of the function whose id begins so; undefined: there is none. */
function memoryOf({ Resources }: Template, id: string): number | undefined {
  const found = Object.entries(Resources).find(
    ([key, { Type }]) => Type === 'AWS::Lambda::Function' && key.startsWith(id),
  );
  return found && Number(found[1].Properties?.MemorySize);
}

function count({ Resources }: Template, type: string): number {
  return Object.values(Resources).filter(({ Type }) => Type === type).length;
}

function propertiesOf({ Resources }: Template, type: string, id: RegExp): Readonly<Record<string, unknown>> {
  const found = Object.entries(Resources).filter(([key, { Type }]) => Type === type && id.test(key));
  const properties = found[0]?.[1].Properties;
  if (found.length === 1 && properties) return properties;
  throw new TemplateError(`Expected one resource of type ${type} and id ${id}, received ${found.length}`);
}
