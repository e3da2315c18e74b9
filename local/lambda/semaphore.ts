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

/** Whose turn an invocation takes. */
export interface Turn {
  /** A child of a Distributed Map: it waits as long as it takes, and leaves a process to others. */
  readonly isBackground?: boolean;
}

/**
 * The processes of one function. Invocations in the background take all but one of them at most, where there are two,
 * because on AWS a map with fewer children than the function's concurrency never makes other requests wait.
 */
export class Processes {
  private readonly all: Semaphore;
  private readonly background: Semaphore;

  constructor(most: number) {
    this.all = new Semaphore(most);
    this.background = new Semaphore(Math.max(1, most - 1));
  }

  /** Resolves with false after `waitMs`; give back by `release`. */
  async acquire({ isBackground = false }: Turn, waitMs: number): Promise<boolean> {
    if (!isBackground) return this.all.acquire(waitMs);
    await this.background.acquire();
    return this.all.acquire();
  }

  release({ isBackground = false }: Turn): void {
    this.all.release();
    if (isBackground) this.background.release();
  }
}
