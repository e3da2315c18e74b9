/** At most so many at a time; the others wait in line, but not for ever. */
export class Gate {
  private taken = 0;
  private places: number;
  private readonly line: (() => void)[] = [];

  constructor(places: number) {
    this.places = places;
  }

  /** Changes the number of places; who is in stays in. */
  resize(places: number): void {
    this.places = places;
    this.admit();
  }

  /** True with a place, which `leave` gives back; false when none came free in `waitMs` (default: waits for ever), or when there are none at all. */
  async enter(waitMs?: number): Promise<boolean> {
    if (this.taken < this.places) {
      this.taken += 1;
      return true;
    }
    if (this.places === 0) return false;
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
    this.taken -= 1;
    this.admit();
  }

  private admit(): void {
    while (this.taken < this.places) {
      const next = this.line.shift();
      if (!next) return;
      this.taken += 1;
      next();
    }
  }
}
