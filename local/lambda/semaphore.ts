/** Limits how many tasks run at a time. Further tasks wait in order of arrival, up to a time limit. */
export class Semaphore {
  private taken = 0;
  private permits: number;
  private readonly waiting: (() => void)[] = [];

  constructor(permits: number) {
    this.permits = permits;
  }

  /** Changes the number of permits. Acquired permits stay valid. */
  resize(permits: number): void {
    this.permits = permits;
    this.wakeWaiting();
  }

  /**
   * Resolves with true when a permit is acquired; give it back by `release`. Resolves with false after `waitMs`, and at
   * once where there are no permits at all.
   * @param waitMs default: no limit
   */
  async acquire(waitMs?: number): Promise<boolean> {
    if (this.taken < this.permits) {
      this.taken += 1;
      return true;
    }
    if (this.permits === 0) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const acquired = () => resolve(true);
    this.waiting.push(acquired);
    const giveUp = () => {
      const index = this.waiting.indexOf(acquired);
      if (index < 0) return;
      this.waiting.splice(index, 1);
      resolve(false);
    };
    const timer = waitMs === undefined ? undefined : setTimeout(giveUp, waitMs);
    const hasPermit = await promise;
    clearTimeout(timer);
    return hasPermit;
  }

  release(): void {
    this.taken -= 1;
    this.wakeWaiting();
  }

  private wakeWaiting(): void {
    while (this.taken < this.permits) {
      const acquired = this.waiting.shift();
      if (!acquired) return;
      this.taken += 1;
      acquired();
    }
  }
}
