/**
 * The regular work of an emulator: saves metrics and the clock, deletes expired objects, and overwrites and gives back
 * what deleted ones took on the disk.
 */

import type { Clock } from '../clock.ts';

/** Time between two saves. Metrics are too many to store one by one, ms. */
const SAVE_MS = 1000;

/** Time after which nobody reads from the disk what was deleted, ms. Not at once, because it waits for the disk. */
const OVERWRITE_MS = 60_000;

/** Time between two looks for expired objects, seconds of the emulator's clock. S3 looks once a day. */
const EXPIRY_SECONDS = 3600;

/** What is kept up. */
export interface UpkeepServices {
  readonly clock: Clock;
  readonly metrics: { save(): void };
  readonly state: { save(now: Date): void; overwriteFreed(): Promise<void>; compact(): Promise<void> };
  readonly objects: { expire(clock: Clock): Promise<void> };
  readonly onError: (message: string) => void;
}

export class Upkeep {
  private readonly services: UpkeepServices;
  private readonly timers: NodeJS.Timeout[] = [];
  private isEnded = false;

  constructor(services: UpkeepServices) {
    this.services = services;
  }

  start(): void {
    const { clock } = this.services;
    this.save();
    this.timers.push(setInterval(() => this.save(), SAVE_MS).unref());
    this.timers.push(setInterval(() => this.overwrite(), OVERWRITE_MS).unref());
    this.timers.push(setInterval(() => this.expire(), clock.wallMs(EXPIRY_SECONDS)).unref());
    this.expire();
  }

  /** Saves for the last time. A second call does nothing. */
  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    for (const timer of this.timers) clearInterval(timer);
    this.save();
  }

  private save(): void {
    const { metrics, state, clock } = this.services;
    metrics.save();
    state.save(clock.now());
  }

  private overwrite(): void {
    const { state, onError } = this.services;
    state.overwriteFreed().catch((error) => onError(`deleted objects: ${error}`));
  }

  private expire(): void {
    const { objects, clock, state, onError } = this.services;
    objects
      .expire(clock)
      .then(() => state.compact())
      .catch((error) => onError(`expired objects: ${error}`));
  }
}
