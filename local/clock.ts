/** The emulator's clock, which may run faster than the system's. */
export class Clock {
  /** Waiting times are divided by this. */
  readonly speed: number;
  /** Time at which both clocks showed the same. */
  readonly start: Date;

  /** @param notBefore the clock begins at this time or later: it never goes back after a restart. Default: now */
  constructor(speed = 1, notBefore = new Date()) {
    const wall = Date.now();
    this.speed = speed;
    // A clock that is ahead showed the same as the system's at an earlier time.
    const isAhead = speed > 1 && notBefore.getTime() > wall;
    this.start = new Date(isAhead ? (speed * wall - notBefore.getTime()) / (speed - 1) : wall);
  }

  /** Time of this clock. @param wall system time, ms since 1970. Default: now */
  now(wall = Date.now()): Date {
    const start = this.start.getTime();
    return new Date(start + (wall - start) * this.speed);
  }

  /** System milliseconds for a number of seconds of this clock. */
  wallMs(seconds: number): number {
    return (seconds * 1000) / this.speed;
  }

  /** Resolves after a number of seconds of this clock. */
  wait(seconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.wallMs(seconds)).unref());
  }
}
