/** Decisions on their way to the API. None is lost: what is not saved yet lies in the browser's storage. */

import type { Preference } from './commands.ts';

/** One decision. */
export interface Unsaved {
  /** Id of the prediction. */
  readonly id: string;
  readonly pair: string;
  readonly by: string;
  readonly decision: Preference | number;
}

/** What the page shows of the outbox. */
export interface OutboxState {
  readonly unsaved: number;
  /** Decisions that were saved since the page was opened. */
  readonly saved: number;
  /** Why the last attempt failed. Absent: it did not. */
  readonly error?: unknown;
  /** Seconds from the failure to the next attempt. Absent: none is planned. */
  readonly retrySeconds?: number;
}

/** What the outbox needs of its page. */
export interface OutboxContext {
  readonly send: (unsaved: Unsaved) => Promise<void>;
  /** Whether a repeated attempt cannot succeed, so that the decision is dropped, as for an erased picture. */
  readonly isFinal: (error: unknown) => boolean;
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  /** Key in the storage. */
  readonly key: string;
  readonly onChange: (state: OutboxState) => void;
}

/** Seconds before the first retry; each further one waits twice as long, up to the longest. */
const FIRST_RETRY = 2;
const LONGEST_RETRY = 30;

/** Saves decisions in their order, one at a time, and again until they are saved. */
export class Outbox {
  private readonly context: OutboxContext;
  private waiting: readonly Unsaved[];
  private isSending = false;
  private saved = 0;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(context: OutboxContext) {
    this.context = context;
    this.waiting = JSON.parse(context.storage.getItem(context.key) ?? '[]') as Unsaved[];
  }

  /** Saves a decision. One on the same pair that is not saved yet is replaced. */
  add(unsaved: Unsaved): void {
    this.keep([...this.waiting.filter(({ pair }) => pair !== unsaved.pair), unsaved]);
    void this.send();
  }

  /** Tries to save everything now. Resolves when the attempt has ended. */
  async send(): Promise<void> {
    if (this.isSending) return;
    clearTimeout(this.timer);
    this.isSending = true;
    try {
      for (let next = this.waiting[0]; next; next = this.waiting[0]) await this.sendOne(next);
      this.failures = 0;
    } catch (error) {
      this.retryLater(error);
    } finally {
      this.isSending = false;
    }
  }

  private async sendOne(next: Unsaved): Promise<void> {
    let dropped: unknown;
    try {
      await this.context.send(next);
      this.saved += 1;
    } catch (error) {
      if (!this.context.isFinal(error)) throw error;
      dropped = error;
    }
    // A correction can have replaced it meanwhile.
    this.keep(this.waiting.filter((each) => each !== next));
    this.show(dropped === undefined ? {} : { error: dropped });
  }

  private retryLater(error: unknown): void {
    const retrySeconds = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** this.failures);
    this.failures += 1;
    this.timer = setTimeout(() => void this.send(), retrySeconds * 1000);
    this.show({ error, retrySeconds });
  }

  private keep(waiting: readonly Unsaved[]): void {
    this.waiting = waiting;
    this.context.storage.setItem(this.context.key, JSON.stringify(waiting));
  }

  private show(about: Pick<OutboxState, 'error' | 'retrySeconds'>): void {
    this.context.onChange({ unsaved: this.waiting.length, saved: this.saved, ...about });
  }
}
