/** Where the time of a start goes: `npm start -- --timing` prints it. */
export class StartTiming {
  private readonly phases: [name: string, ms: number][] = [];
  private readonly now: () => number;
  private last = 0;

  /** @param now ms since the process began */
  constructor(now: () => number = () => performance.now()) {
    this.now = now;
  }

  /** Ends a phase, which began when the one before ended; the first one began with the process. */
  end(name: string): void {
    const now = this.now();
    this.phases.push([name, now - this.last]);
    this.last = now;
  }

  /** Each phase in order, with its seconds and its share of all phases. */
  rows(): [name: string, time: string][] {
    return this.phases.map(([name, ms]) => [name, `${seconds(ms)}  ${Math.round((100 * ms) / this.last)} %`]);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
