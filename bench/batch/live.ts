/** Requests to the endpoint, one after the other, while a job runs and without one. */

import { setTimeout as pause } from 'node:timers/promises';
import { quantile } from '../../functions/rollout-report/distribution.ts';

/** What requests have shown. */
export interface LiveFindings {
  readonly answered: number;
  /** Median, milliseconds; absent where none was answered. */
  readonly p50?: number;
  readonly p95?: number;
  /** Statuses of other answers, and `none` while the laptop was down, with how often each came. */
  readonly others: Readonly<Record<string, number>>;
}

/** Between two requests, milliseconds: few enough to leave the time to the job. */
const EVERY_MS = 250;

export class LiveRequests {
  private readonly times: number[] = [];
  private readonly others: Record<string, number> = {};
  private isStopped = false;
  private running: Promise<void> = Promise.resolve();
  private readonly url: string;
  private readonly picture: Uint8Array<ArrayBuffer>;

  /** @param url of the route @param picture its body, a JPEG */
  constructor(url: string, picture: Buffer) {
    this.url = url;
    this.picture = new Uint8Array(picture);
  }

  /** Sends so many requests. */
  async send(count: number): Promise<LiveFindings> {
    for (let index = 0; index < count; index += 1) await this.one();
    return this.found;
  }

  /** Sends requests until `stop`. */
  start(): void {
    this.running = this.untilStopped();
  }

  async stop(): Promise<LiveFindings> {
    this.isStopped = true;
    await this.running;
    return this.found;
  }

  private async untilStopped(): Promise<void> {
    while (!this.isStopped) await this.one();
  }

  private async one(): Promise<void> {
    const start = performance.now();
    const status = await this.post();
    if (status === '200') this.times.push(performance.now() - start);
    else this.others[status] = (this.others[status] ?? 0) + 1;
    await pause(EVERY_MS);
  }

  private async post(): Promise<string> {
    const request = { method: 'POST', headers: { 'content-type': 'image/jpeg' }, body: this.picture };
    try {
      const response = await fetch(this.url, request);
      await response.arrayBuffer();
      return String(response.status);
    } catch {
      return 'none';
    }
  }

  private get found(): LiveFindings {
    const [p50, p95] = [quantile(this.times, 0.5), quantile(this.times, 0.95)];
    return {
      answered: this.times.length,
      ...(p50 !== undefined && { p50 }),
      ...(p95 !== undefined && { p95 }),
      others: this.others,
    };
  }
}
