/** Reads once, and returns the milliseconds until the next read. Rejects only when `signal` aborts. */
export type Read = (signal: AbortSignal) => Promise<number>;

/** A running poll. */
export interface Polling {
  /** Reads at once. Aborts a read in progress. */
  now(): void;
}

/** Reads repeatedly. While the page is hidden it pauses; a read that is due then runs when the page is shown again. */
export function startPolling(read: Read): Polling {
  let running = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isDue = false;
  const now = () => {
    clearTimeout(timer);
    running.abort();
    running = new AbortController();
    isDue = false;
    const { signal } = running;
    read(signal).then(
      (ms) => signal.aborted || later(ms),
      (error: unknown) => {
        if (!signal.aborted) throw error;
      },
    );
  };
  const later = (ms: number) => {
    timer = setTimeout(() => {
      isDue = document.hidden;
      if (!isDue) now();
    }, ms);
  };
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && isDue) now();
  });
  now();
  return { now };
}
