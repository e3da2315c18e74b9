/** At most so many at a time; the others wait in line, but not for ever. */
export class Semaphore {
  private taken = 0;
  private permits: number;
  private readonly line: (() => void)[] = [];

  constructor(permits: number) {
    this.permits = permits;
  }

  /** Changes the number of permits; who is in stays in. */
  resize(permits: number): void {
    this.permits = permits;
    this.admit();
  }

  /** True with a place, which `leave` gives back; false when none came free in `waitMs` (default: waits for ever), or when there are none at all. */
  async acquire(waitMs?: number): Promise<boolean> {
    if (this.taken < this.permits) {
      this.taken += 1;
      return true;
    }
    if (this.permits === 0) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const turn = () => resolve(true);
    this.line.push(turn);
    const giveUp = () => {
      const index = this.line.indexOf(turn);
      if (index < 0) return;
      this.line.splice(index, 1);
      resolve(false);
    };
    const timer = waitMs === undefined ? undefined : setTimeout(giveUp, waitMs);
    const entered = await promise;
    clearTimeout(timer);
    return entered;
  }

  release(): void {
    this.taken -= 1;
    this.admit();
  }

  private admit(): void {
    while (this.taken < this.permits) {
      const next = this.line.shift();
      if (!next) return;
      this.taken += 1;
      next();
    }
  }
}
