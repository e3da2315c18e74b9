/** Limits how many tasks run at a time. Further tasks wait in order of arrival, up to a time limit. */
export class Semaphore {
  private taken = 0;
  private readonly permits: number;
  private readonly waiting: (() => void)[] = [];

  constructor(permits: number) {
    this.permits = permits;
  }

  /**
   * Resolves with true when a permit is acquired; give it back by `release`. Resolves with false after `waitMs`.
   * @param waitMs default: no limit
   */
  async acquire(waitMs?: number): Promise<boolean> {
    if (this.taken < this.permits) {
      this.taken += 1;
      return true;
    }
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
    const acquired = this.waiting.shift();
    if (acquired) acquired();
    else this.taken -= 1;
  }
}
