/** Looks once, and says after how many milliseconds to look again. Rejects only where `signal` says so. */
export type Look = (signal: AbortSignal) => Promise<number>;

export interface Looking {
  /** Looks at once; a look under way is given up. */
  now(): void;
}

/** Looks again and again, but not while the page is hidden: then at once when it is seen again. */
export function lookAgainAndAgain(look: Look): Looking {
  let running = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isDue = false;
  const now = () => {
    clearTimeout(timer);
    running.abort();
    running = new AbortController();
    isDue = false;
    const { signal } = running;
    look(signal).then(
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
