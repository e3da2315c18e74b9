/**
 * EventBridge's rules that run by time. Supported as far as the stacks use them: `cron(30 0 * * ? *)`, a time of each
 * day in UTC, and `cron(15 * * * ? *)`, a minute of each hour. A time at which the emulator does not run is missed; AWS
 * has no such time.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */

import type { Clock } from '../clock.ts';

/** A schedule of each day, or of each hour. */
export const SCHEDULE = /^cron\(([1-5]?\d) (1?\d|2[0-3]|\*) \* \* \? \*\)$/;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The next time of a schedule after `now`. @param schedule that matches `SCHEDULE` */
export function nextTime(schedule: string, now: Date): Date {
  const [, minute, hour] = SCHEDULE.exec(schedule) ?? [];
  const next = new Date(now);
  next.setUTCHours(hour === '*' ? now.getUTCHours() : Number(hour), Number(minute), 0, 0);
  return next.getTime() > now.getTime() ? next : new Date(next.getTime() + (hour === '*' ? HOUR_MS : DAY_MS));
}

/** What runs at which times. */
export class Schedules {
  private readonly clock: Pick<Clock, 'now' | 'wait'>;
  private readonly running = new Map<string, symbol>();

  constructor(clock: Pick<Clock, 'now' | 'wait'>) {
    this.clock = clock;
  }

  /** Adds a schedule, or replaces it. */
  define(id: string, schedule: string, start: () => void): void {
    const turn = Symbol(id);
    this.running.set(id, turn);
    void this.run(schedule, () => this.running.get(id) === turn, start);
  }

  remove(id: string): void {
    this.running.delete(id);
  }

  private async run(schedule: string, isDefined: () => boolean, start: () => void): Promise<void> {
    for (let last = this.clock.now(); isDefined(); ) {
      const next = nextTime(schedule, last);
      await this.clock.wait((next.getTime() - this.clock.now().getTime()) / 1000);
      // Because a timer may end a moment early.
      last = next;
      if (isDefined()) start();
    }
  }
}
