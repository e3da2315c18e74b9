/** At most so many at a time; the others wait in line, but not for ever. */
export class Gate {
  private free: number;
  private readonly line: (() => void)[] = [];

  constructor(places: number) {
    this.free = places;
  }

  /** True with a place, which `leave` gives back; false when none came free in `waitMs` (default: waits for ever). */
  async enter(waitMs?: number): Promise<boolean> {
    if (this.free > 0) {
      this.free -= 1;
      return true;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const turn = () => resolve(true);
    this.line.push(turn);
    const giveUp = () => {
      const place = this.line.indexOf(turn);
      if (place < 0) return;
      this.line.splice(place, 1);
      resolve(false);
    };
    const timer = waitMs === undefined ? undefined : setTimeout(giveUp, waitMs);
    const entered = await promise;
    clearTimeout(timer);
    return entered;
  }

  leave(): void {
    const next = this.line.shift();
    if (next) next();
    else this.free += 1;
  }
}
