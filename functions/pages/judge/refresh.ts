/** When the page reads the queue again. */

/** What it needs of its page. */
export interface RefreshContext {
  /** Reads once. Does not reject. @returns the milliseconds until the next read; undefined: never again */
  readonly read: () => Promise<number | undefined>;
  /** Has `visibilitychange`. */
  readonly document: EventTarget & { readonly hidden: boolean };
  /** Has `online`. */
  readonly window: EventTarget;
}

/** Reads repeatedly while the page is visible, and at once when it becomes visible or the network is back. */
export class Refresh {
  private readonly context: RefreshContext;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isReading = false;
  private isWanted = false;
  private isOver = false;

  constructor(context: RefreshContext) {
    this.context = context;
    const { document, window } = context;
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.now();
    });
    window.addEventListener('online', () => this.now());
  }

  /** Reads at once, or once more after a read in progress. */
  now(): void {
    this.isWanted = true;
    if (!this.isReading && !this.isOver) void this.readAll();
  }

  /** Reads in so many milliseconds, unless a read comes before. */
  later(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (!this.context.document.hidden) this.now();
    }, ms);
  }

  private async readAll(): Promise<void> {
    clearTimeout(this.timer);
    this.isReading = true;
    let waitMs: number | undefined;
    while (this.isWanted && !this.isOver) {
      this.isWanted = false;
      waitMs = await this.context.read();
      this.isOver = waitMs === undefined;
    }
    this.isReading = false;
    if (waitMs !== undefined) this.later(waitMs);
  }
}

const FIRST_MS = 2000;
const LONGEST_MS = 30_000;

/** The wait before a further attempt: 2, 4, 8, 16, then 30 s. @param failures before it, at least 1 */
export function backoffMs(failures: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
}
