/** Traces of requests: plain documents for the X-Ray daemon, without an SDK, whose hooks on promises take time. */

import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { ENV } from '../contract.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A part of a request. Times in seconds since 1970. */
interface Subsegment {
  readonly id: string;
  readonly name: string;
  readonly start_time: number;
  readonly end_time: number;
}

/** One request with its steps, times in milliseconds. */
export interface TracedRequest {
  readonly durationMs: number;
  /** In order, one after the other. */
  readonly steps?: Readonly<Record<string, number>>;
  /** Whether it failed because of an internal error. */
  readonly failed: boolean;
}

/** Lambda's own segment of an invocation that is recorded: the trace, and the parent of ours. */
interface Parent {
  readonly trace_id: string;
  readonly parent_id: string;
}

/** What precedes a document in each packet. */
const HEADER = '{"format": "json", "version": 1}\n';

/** Sends the requests of one endpoint, where the deployment's settings say `tracing: true`. */
export class Traces {
  private readonly endpoint: string;
  private readonly environment: Environment;
  private socket: Socket | undefined;

  /** @param endpoint its name in the traces */
  constructor(endpoint: string, environment: Environment) {
    this.endpoint = endpoint;
    this.environment = environment;
  }

  /**
   * Sends the request that ends now, where X-Ray records this invocation: it samples them.
   * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
   */
  record({ durationMs, steps = {}, failed }: TracedRequest, now = Date.now()): void {
    const parent = this.parent();
    if (!parent) return;
    const own = { ...subsegment(this.endpoint, now - durationMs, now), ...(failed && { fault: true }) };
    this.send({ ...own, ...parent, type: 'subsegment', subsegments: stepsBefore(now, steps) });
  }

  private parent(): Parent | undefined {
    if (this.environment[ENV.tracing] !== 'true') return undefined;
    const fields = new Map((this.environment._X_AMZN_TRACE_ID ?? '').split(';').map(toPair));
    const [trace_id, parent_id] = [fields.get('Root'), fields.get('Parent')];
    return fields.get('Sampled') === '1' && trace_id && parent_id ? { trace_id, parent_id } : undefined;
  }

  private send(document: object): void {
    const [host = '127.0.0.1', port = '2000'] = (this.environment.AWS_XRAY_DAEMON_ADDRESS ?? '').split(':');
    this.socket ??= createSocket('udp4').unref();
    // Because a trace is no part of the answer, a packet that cannot be sent is dropped.
    this.socket.send(HEADER + JSON.stringify(document), Number(port), host, () => {});
  }
}

function toPair(field: string): [string, string] {
  const at = field.indexOf('=');
  return [field.slice(0, at), field.slice(at + 1)];
}

function subsegment(name: string, startMs: number, endMs: number): Subsegment {
  return { id: randomBytes(8).toString('hex'), name, start_time: startMs / 1000, end_time: endMs / 1000 };
}

/** The steps, end to end: only their durations are known, and less than 1 ms passes between them. */
function stepsBefore(endMs: number, steps: Readonly<Record<string, number>>): Subsegment[] {
  let start = endMs - Object.values(steps).reduce((sum, ms) => sum + ms, 0);
  return Object.entries(steps).map(([name, ms]) => {
    const step = subsegment(name, start, start + ms);
    start += ms;
    return step;
  });
}
