/** Time on the laptop, which may run faster than on the wall. */
export class Clock {
  /** Waiting times are divided by this. */
  readonly speed: number;

  constructor(speed = 1) {
    this.speed = speed;
  }

  /** Milliseconds on the wall for so many seconds that AWS would wait. */
  wallMs(seconds: number): number {
    return (seconds * 1000) / this.speed;
  }

  wait(seconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.wallMs(seconds)).unref());
  }
}
