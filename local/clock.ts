/** Time on the laptop, which may run faster than on the wall. */
export class Clock {
  /** Waiting times are divided by this. */
  readonly speed: number;
  /** When both clocks showed the same. */
  readonly start = new Date();

  constructor(speed = 1) {
    this.speed = speed;
  }

  /** What this clock shows. @param wall milliseconds since 1970 on the wall, now by default */
  now(wall = Date.now()): Date {
    const start = this.start.getTime();
    return new Date(start + (wall - start) * this.speed);
  }

  /** Milliseconds on the wall for so many seconds that AWS would wait. */
  wallMs(seconds: number): number {
    return (seconds * 1000) / this.speed;
  }

  /** Resolves after so many seconds of this clock. */
  wait(seconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.wallMs(seconds)).unref());
  }
}
