/** The emulator's clock, which may run faster than the system's. */
export class Clock {
  /** Waiting times are divided by this. */
  readonly speed: number;
  /** Time at which both clocks showed the same. */
  readonly start = new Date();

  constructor(speed = 1) {
    this.speed = speed;
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
