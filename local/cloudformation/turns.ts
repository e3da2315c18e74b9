/** Steps that run one after another, in the order of their calls. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs a step when all earlier ones have ended. */
  take<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.last.then(step);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
